export function handle() {
  for (;;);
}
