export function handle(input) {
  switch (input) {
    case "nothing": return null;
    case "text": return "gr\u00fc\u00df \ud83d\ude00";
    case "bytes": return new Uint8Array([0, 255, 7]);
    case "number": return 0.1;
    case "list": return [1, "two", null, true];
  }
  return { of: input };
}
