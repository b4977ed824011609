package letter

/** The function's own tests, on the JVM. */
object LetterTest {
    @JvmStatic
    fun main(args: Array<String>) {
        expect("""{"template":"Dear {{name}}!","values":{"name":"Ada"}}""", "Dear Ada!")
        expect(
            """{"template":"{{#each items}}- {{title}}, {{customer.city}}\n{{/each}}","values":{"customer":{"city":"Wien"},"items":[{"title":"Pen"},{"title":"Book"}]}}""",
            "- Pen, Wien\n- Book, Wien\n",
        )
        expect("""{"template":"{{#if vat}}{{vat}} %{{else}}no VAT{{/if}}","values":{"vat":19.5}}""", "19.5 %")
        expect("""{"template":"{{#if vat}}{{vat}} %{{else}}no VAT{{/if}}","values":{}}""", "no VAT")
        expect("""{"template":"{{#each a}}{{.}} {{/each}}","values":{"a":[1,true,"x"]}}""", "1 true x ")
        expect("""{"template":"Dear\n{{name}}","values":{}}""", "line 2: there is no value for {{name}}")
        expect("""{"template":"{{#if a}}","values":{}}""", "line 1: {{#if a}} is not closed")
        expect("""{"template":"{{/if}}","values":{}}""", "line 1: {{/if}} ends nothing")
        expect("""{"template":"{{#if a}}{{/each}}","values":{}}""", "line 1: {{/each}} does not end {{#if a}}")
        expect("""{"template":"{{a","values":{}}""", "line 1: {{ is not closed")
        expect("""{"values":{}}""", "\"template\" is a string")
        expect("x", "the JSON is wrong at 1: a value is expected")
        println("letter: all tests passed")
    }

    private fun expect(input: String, expected: String) {
        val actual = try {
            fill(input)
        } catch (wrong: IllegalArgumentException) {
            wrong.message
        }
        check(actual == expected) { "$input: expected $expected, but was $actual" }
    }
}
