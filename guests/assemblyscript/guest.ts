/**
 * What a function needs of its host: bytes come in, bytes go out, an error has a message.
 *
 *     import { alloc, lastError, packed, input, log } from "./guest";
 *     export { alloc, lastError as _error };
 *
 *     export function handle(address: usize, length: i32): u64 {
 *       return packed("Hello, " + input(address, length) + "!");
 *     }
 *
 * Nothing is freed after a call: each has memory of its own, which is thrown away after it. So the runtime is "stub",
 * which collects nothing.
 */

// @ts-ignore: decorator
@external("wasi_snapshot_preview1", "fd_write")
declare function fdWrite(descriptor: i32, vectors: usize, count: i32, written: usize): i32;

let failure: u64 = 0;

/** Memory for what the host writes. */
export function alloc(size: i32): usize {
  return heap.alloc(size);
}

/** Where the error of the last call lies; 0 if it had none. Exported as _error. */
export function lastError(): u64 {
  return failure;
}

/** The input as text. */
export function input(address: usize, length: i32): string {
  return String.UTF8.decodeUnsafe(address, length);
}

/** What handle returns for a text. */
export function packed(text: string): u64 {
  const size = String.UTF8.byteLength(text);
  const address = heap.alloc(size);
  String.UTF8.encodeUnsafe(changetype<usize>(text), text.length, address);
  return ((address as u64) << 32) | (size as u64);
}

/** What handle returns for an error. AssemblyScript has no exceptions: throw ends the call with a trap. */
export function failed(message: string): u64 {
  failure = packed(message);
  return 0;
}

/** Writes a line into the function's log. */
export function log(line: string): void {
  const text = packed(line + "\n");
  const vector = heap.alloc(12);
  store<u32>(vector, (text >> 32) as u32);
  store<u32>(vector + 4, text as u32);
  fdWrite(2, vector, 1, vector + 8);
}

/** What is called when something is thrown: --use abort=guest/aborted */
export function aborted(message: string | null, file: string | null, line: u32, column: u32): void {
  log((message ? message : "aborted") + " at " + (file ? file : "?") + ":" + line.toString() + ":" + column.toString());
  unreachable();
}
