def handle(input) = { greeting: "Hello, #{input["name"]}" }
