/** The module of exported functions. */
import { alloc, failed, input, lastError, packed } from "./guest";
import { check } from "./card";

export { alloc, lastError as _error };

export function handle(address: usize, length: i32): u64 {
  const result = check(input(address, length));
  return result.failed ? failed(result.text) : packed(result.text);
}
