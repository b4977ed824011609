export function handle(input) {
  return Array.isArray(input);
}
