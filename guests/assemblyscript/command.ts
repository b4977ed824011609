/** The command. */
import { check } from "./card";

const part = new ArrayBuffer(4096);
const all: u8[] = [];
for (let n = process.stdin.read(part); n > 0; n = process.stdin.read(part)) {
  for (let i = 0; i < n; i++) all.push(load<u8>(changetype<usize>(part) + i));
}
const result = check(String.UTF8.decodeUnsafe(all.dataStart, all.length));
if (result.failed) {
  process.stderr.write(result.text + "\n");
  process.exit(1);
}
process.stdout.write(result.text);
