export const handle = (input) => ({ greeting: `Hello, ${input.name}` });
