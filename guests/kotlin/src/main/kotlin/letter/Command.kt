package letter

/** The function as a command. */
fun main() = guest.run { input -> fill(input.decodeToString()).encodeToByteArray() }
