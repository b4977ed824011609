// The function's own tests, in the WebAssembly of Node.js.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

const module = new WebAssembly.Module(readFileSync(new URL("build/debug.wasm", import.meta.url)));

function answer(input) {
  const instance = new WebAssembly.Instance(module, { wasi_snapshot_preview1: { fd_write: () => 0 } });
  const { alloc, handle, _error, memory } = instance.exports;
  const bytes = new TextEncoder().encode(input);
  const address = alloc(bytes.length);
  new Uint8Array(memory.buffer).set(bytes, address);
  const output = handle(address, bytes.length);
  const text = (packed) => new TextDecoder().decode(memory.buffer.slice(Number(packed >> 32n), Number((packed >> 32n) + (packed & 0xffffffffn))));
  return _error() === 0n ? text(output) : text(_error());
}

const cases = {
  '{"number":"4111 1111 1111 1111"}': '{"valid":true,"network":"Visa","masked":"411111******1111"}',
  "5555-5555-5555-4444": '{"valid":true,"network":"Mastercard","masked":"555555******4444"}',
  "378282246310005": '{"valid":true,"network":"American Express","masked":"378282*****0005"}',
  "4111111111111112": '{"valid":false,"network":"Visa","masked":"411111******1112"}',
  "41111111111111113": '{"valid":false,"network":"Visa","masked":"411111*******1113"}',
  "9999999999999995": '{"valid":true,"network":null,"masked":"999999******9995"}',
  '{"number":4111111111111111}': '"number" is no string: it would lose digits',
  "{}": '"number" is missing',
  "4111x": "a card's number has digits, spaces and hyphens, and nothing else at 5",
  "": "a card's number has 12 to 19 digits, not 0",
};
for (const [input, expected] of Object.entries(cases)) {
  test(input || "nothing", () => assert.equal(answer(input), expected));
}
