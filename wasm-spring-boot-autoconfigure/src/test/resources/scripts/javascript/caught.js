function deep(n) {
  return n + deep(n + 1);
}
export function handle(input) {
  try {
    return input === "json" ? JSON.parse("[".repeat(100_000)) : deep(0);
  }
  catch (error) {
    return { range: error instanceof RangeError, name: error.name };
  }
}
