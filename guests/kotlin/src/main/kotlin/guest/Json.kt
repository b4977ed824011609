package guest

/** JSON: objects are maps, arrays lists, numbers Long or Double. Libraries that need reflection do not run here. */
object Json {
    /** Reads one value and nothing behind it; an IllegalArgumentException says what is wrong, and where. */
    fun parse(text: String): Any? = Reader(text).run {
        val value = value(0)
        if (peek() != null) throw wrong("nothing more is expected")
        value
    }

    /** A text as it stands in JSON, with its quotes. */
    fun quote(text: String): String = buildString {
        append('"')
        for (c in text) {
            when {
                c == '"' || c == '\\' -> append('\\').append(c)
                c < ' ' -> append("\\u").append(c.code.toString(16).padStart(4, '0'))
                else -> append(c)
            }
        }
        append('"')
    }

    private class Reader(val text: String) {
        var at = 0

        fun value(depth: Int): Any? {
            if (depth > 200) throw wrong("it is nested too deep")
            return when (val c = peek()) {
                '{' -> members(depth)
                '[' -> elements(depth)
                '"' -> string()
                null -> throw wrong("a value is expected")
                else -> if (c == '-' || c in '0'..'9') number() else word()
            }
        }

        private fun members(depth: Int): Map<String, Any?> {
            val members = LinkedHashMap<String, Any?>()
            at++
            if (next('}')) return members
            do {
                if (peek() != '"') throw wrong("a name is expected")
                val name = string()
                expect(':')
                members[name] = value(depth + 1)
            } while (next(','))
            expect('}')
            return members
        }

        private fun elements(depth: Int): List<Any?> {
            val elements = ArrayList<Any?>()
            at++
            if (next(']')) return elements
            do elements.add(value(depth + 1)) while (next(','))
            expect(']')
            return elements
        }

        private fun word(): Any? {
            for ((word, value) in listOf("true" to true, "false" to false, "null" to null)) {
                if (text.startsWith(word, at)) {
                    at += word.length
                    return value
                }
            }
            throw wrong("a value is expected")
        }

        private fun number(): Any {
            val start = at
            while (at < text.length && text[at] in "+-.eE0123456789") at++
            val number = text.substring(start, at)
            return number.toLongOrNull() ?: try {
                number.toDouble()
            } catch (none: NumberFormatException) {
                throw wrong("'$number' is no number")
            }
        }

        private fun string(): String {
            val string = StringBuilder()
            at++
            while (at < text.length) {
                when (val c = text[at++]) {
                    '"' -> return string.toString()
                    '\\' -> string.append(escaped())
                    else -> string.append(c)
                }
            }
            throw wrong("a string does not end")
        }

        private fun escaped(): Char = when (val c = text.getOrNull(at++)) {
            'n' -> '\n'
            't' -> '\t'
            'r' -> '\r'
            'b' -> '\b'
            'f' -> '\u000c'
            '"', '\\', '/' -> c
            'u' -> {
                val digits = text.substring(at, minOf(at + 4, text.length))
                at += 4
                digits.toIntOrNull(16)?.takeIf { digits.length == 4 }?.toChar()
                    ?: throw wrong("four hexadecimal digits are expected")
            }
            else -> throw wrong("an unknown escape")
        }

        /** The next character that is no white space; null at the end. */
        fun peek(): Char? {
            while (at < text.length && text[at] in " \n\r\t") at++
            return text.getOrNull(at)
        }

        private fun next(c: Char): Boolean = (peek() == c).also { if (it) at++ }

        private fun expect(c: Char) {
            if (!next(c)) throw wrong("'$c' is expected")
        }

        fun wrong(what: String) = IllegalArgumentException("the JSON is wrong at ${at + 1}: $what")
    }
}
