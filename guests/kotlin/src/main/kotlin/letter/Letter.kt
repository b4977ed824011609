package letter

import guest.Json

/*
 * Fills in a letter: {"template":"Dear {{name}}!","values":{"name":"Ada"}} gives the text. {{a.b}} is a value of a value,
 * {{#if a}}...{{else}}...{{/if}} asks whether there is something, {{#each a}}...{{/each}} repeats for
 * each element, in which {{.}} is the element. A value that is missing is an error: no letter should say "Dear ,".
 */

private const val EXAMPLE = """{"template":"{{#if a}}{{a}}{{/if}}{{#each b}}{{.}}{{/each}}","values":{"a":1.5,"b":[1]}}"""

fun main() = guest.export({ input -> fill(input.decodeToString()).encodeToByteArray() }, EXAMPLE, "{}")

fun fill(input: String): String {
    val request = Json.parse(input) as? Map<*, *> ?: throw IllegalArgumentException("an object is expected")
    val template = request["template"] as? String ?: throw IllegalArgumentException("\"template\" is a string")
    val values = request["values"] as? Map<*, *> ?: throw IllegalArgumentException("\"values\" is an object")
    return buildString { Template(template).parts().forEach { it.writeTo(this, Scope(values, null)) } }
}

private class Scope(val value: Any?, val outer: Scope?) {
    fun find(path: String): Any? {
        if (path == ".") return value
        val names = path.split('.')
        var scope: Scope? = this
        while (scope != null) {
            val values = scope.value as? Map<*, *>
            if (values != null && names[0] in values) {
                return names.drop(1).fold(values[names[0]]) { found, name -> (found as? Map<*, *>)?.get(name) }
            }
            scope = scope.outer
        }
        return null
    }
}

private sealed interface Part {
    fun writeTo(out: StringBuilder, scope: Scope)
}

private class Text(val text: String) : Part {
    override fun writeTo(out: StringBuilder, scope: Scope) {
        out.append(text)
    }
}

private class Value(val path: String, val line: Int) : Part {
    override fun writeTo(out: StringBuilder, scope: Scope) {
        when (val value = scope.find(path)) {
            null -> throw IllegalArgumentException("line $line: there is no value for {{$path}}")
            is Map<*, *>, is List<*> -> throw IllegalArgumentException("line $line: {{$path}} is no text")
            else -> out.append(value)
        }
    }
}

private class If(val path: String, val then: List<Part>, val otherwise: List<Part>) : Part {
    override fun writeTo(out: StringBuilder, scope: Scope) {
        val value = scope.find(path)
        val empty = value == null || value == false || value == "" || (value as? List<*>)?.isEmpty() == true
        (if (empty) otherwise else then).forEach { it.writeTo(out, scope) }
    }
}

private class Each(val path: String, val line: Int, val parts: List<Part>) : Part {
    override fun writeTo(out: StringBuilder, scope: Scope) {
        val list = scope.find(path) as? List<*> ?: throw IllegalArgumentException("line $line: {{$path}} is no list")
        for (element in list) parts.forEach { it.writeTo(out, Scope(element, scope)) }
    }
}

private class Template(val text: String) {
    private var at = 0
    private var line = 1
    private var tag = ""

    fun parts(): List<Part> = parts("").also { if (tag != "") throw wrong("{{$tag}} ends nothing") }

    /** Reads up to a tag that ends the block, which is left in [tag]. */
    private fun parts(block: String): List<Part> {
        val parts = ArrayList<Part>()
        val begin = line
        while (true) {
            val open = text.indexOf("{{", at)
            val end = if (open < 0) text.length else open
            if (end > at) parts.add(Text(text.substring(at, end)))
            line += text.substring(at, end).count { it == '\n' }
            at = end
            if (open < 0) {
                if (block != "") throw IllegalArgumentException("line $begin: {{$block}} is not closed")
                tag = ""
                return parts
            }
            val close = text.indexOf("}}", open)
            if (close < 0) throw wrong("{{ is not closed")
            tag = text.substring(open + 2, close).trim()
            at = close + 2
            when {
                tag == "else" || tag.startsWith("/") -> return parts
                tag.startsWith("#if ") -> parts.add(condition(tag))
                tag.startsWith("#each ") -> parts.add(repetition(tag))
                tag.startsWith("#") -> throw wrong("{{$tag}} is unknown")
                else -> parts.add(Value(tag, line))
            }
        }
    }

    private fun condition(opening: String): Part {
        val then = parts(opening)
        val otherwise = if (tag == "else") parts(opening) else emptyList()
        if (tag != "/if") throw wrong("{{$tag}} does not end {{$opening}}")
        return If(opening.removePrefix("#if ").trim(), then, otherwise)
    }

    private fun repetition(opening: String): Part {
        val begin = line
        val repeated = parts(opening)
        if (tag != "/each") throw wrong("{{$tag}} does not end {{$opening}}")
        return Each(opening.removePrefix("#each ").trim(), begin, repeated)
    }

    private fun wrong(what: String) = IllegalArgumentException("line $line: $what")
}
