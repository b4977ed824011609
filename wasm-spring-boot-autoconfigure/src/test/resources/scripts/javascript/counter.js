let count = 0;
const seen = [];
export function handle(input) {
  seen.push(input);
  globalThis.kept = (globalThis.kept ?? 0) + 1;
  return { count: ++count, seen: seen.length, kept: globalThis.kept };
}
