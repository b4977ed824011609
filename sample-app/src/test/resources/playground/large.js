export function handle() { return "a".repeat(2 << 20); }
