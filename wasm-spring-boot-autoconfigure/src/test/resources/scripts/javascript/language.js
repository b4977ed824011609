// What people expect of the language and of what surrounds it.
export async function handle(input) {
  const url = new URL("https://example.org:8443/a/b?x=1&y=2#z");
  const copy = structuredClone({ when: new Date(0), all: new Map([[1, new Set([2])]]) });
  await Promise.resolve();
  const waited = await new Promise((done) => setTimeout(() => done("waited"), 1));
  return {
    url: [url.host, url.pathname, url.searchParams.get("y")],
    encoded: [...new TextEncoder().encode("é")],
    decoded: new TextDecoder().decode(new Uint8Array([0xc3, 0xa9])),
    cloned: [copy.when instanceof Date, copy.all.get(1).has(2)],
    uuid: /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(crypto.randomUUID()),
    base64: [atob("d2VsbA=="), btoa("well")],
    es2023: [[3, 1, 2].toSorted(), [1, 2, 3].toReversed(), [1, 2, 3].with(1, 5), [1, 2, 3].findLast((n) => n < 3)],
    es2022: ["abc".at(-1), Object.hasOwn({ a: 1 }, "a"), new Error("x", { cause: 1 }).cause],
    bigint: (2n ** 64n).toString(),
    named: "2024-02-29".match(/(?<year>\d{4})-(?<month>\d\d)/u).groups.month,
    waited,
    nullish: input?.missing?.deeper ?? "none",
  };
}
