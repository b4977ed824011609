export function handle() {
  return { random: Math.random(), uuid: crypto.randomUUID(), bytes: [...crypto.getRandomValues(new Uint8Array(8))].join(), now: Date.now() };
}
