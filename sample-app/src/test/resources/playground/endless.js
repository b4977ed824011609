export function handle() { for (;;); }
