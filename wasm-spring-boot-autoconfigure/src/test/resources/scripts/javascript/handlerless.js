export function price(input) {
  return 1;
}
