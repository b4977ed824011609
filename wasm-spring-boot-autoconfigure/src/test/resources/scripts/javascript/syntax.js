export function handle(input) {
  const total = input.net +;
  return total;
}
