let held = [];
function deep(n) {
  return n + deep(n + 1);
}
export function handle(input) {
  switch (input) {
    case "loop": for (;;) {}
    case "recursion": return deep(0);
    case "allocation": for (;;) held.push(new Array(1000).fill(held.length));
    case "one-allocation": return new Uint8Array(1 << 30).length;
    case "output": return "x".repeat(2_000_000);
    case "printing": for (;;) console.log("and again");
    case "regular-expression": return /^(a+)+$/.test("a".repeat(40) + "!");
    case "sleep": return new Promise((done) => setTimeout(done, 60_000));
    case "forever": return new Promise(() => {});
  }
  return "well";
}
