// Called a few times before the snapshot is taken, so that what first uses change is changed already.
(function (input) {
  const seen = new Map(), names = new Set(["a", "b"]);
  const words = "Ada Lovelace, 1815".replace(/\s+/g, " ").match(/^([A-Z]\w+) (\w+), (\d{4})$/);
  const day = new Date("2026-01-02T03:04:05Z");
  let sum = 0;
  for (const [i, line] of input.lines.entries()) {
    seen.set(i, line);
    try { if (line === null) throw new TypeError("none"); sum += Number(line) || 0; } catch ({ message }) { sum += message.length; }
  }
  class Money { #cents; constructor(cents) { this.#cents = cents; } get cents() { return this.#cents; } static of(x) { return new Money(x); } }
  return {
    words: [...words], day: day.toISOString().slice(0, 10), time: day.getTime() + day.getUTCDay(), sum: Math.round(sum * 100) / 100,
    seen: [...seen].map(([key, value]) => ({ key, value })).sort((a, b) => b.key - a.key), names: [...names].join(), money: Money.of(3).cents,
    text: `${input.name.trim().toUpperCase().padStart(5)}:${[1, 2, 3].reduce((a, b) => a + b, 0)}`, fixed: (1.005).toFixed(2),
    copy: { ...input, name: input?.name ?? "", parts: "a,b".split(",") }, keys: Object.keys(input), parsed: JSON.parse(JSON.stringify({ a: [1, { b: "c" }] })),
  };
})
