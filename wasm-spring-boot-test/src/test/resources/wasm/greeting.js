function handle(input) {
	if (typeof input.name !== 'string') {
		throw new TypeError('a name is needed');
	}
	return { greeting: `Hello, ${input.name}`, length: input.name.length };
}
