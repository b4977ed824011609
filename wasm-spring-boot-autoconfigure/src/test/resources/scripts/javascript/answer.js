function handle(input) {
  return { kind: input === null ? "null" : Array.isArray(input) ? "list" : typeof input, input };
}
