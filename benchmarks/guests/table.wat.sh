#!/usr/bin/env bash
# Prints a module with a table of 10,000 elements, of which a call uses one.
set -euo pipefail

elements=10000

cat <<'WAT'
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (type $digit (func (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 16) "element 0")
WAT
for digit in {0..9}; do
    echo "  (func \$digit$digit (type \$digit) (i32.const $digit))"
done
echo "  (table $elements funcref)"
echo "  (elem (i32.const 0)"
for ((i = 0; i < elements; i++)); do
    echo "    \$digit$((i % 10))"
done
cat <<WAT
  )
  (func (export "_start")
    (i32.store8 (i32.const 24) (i32.add (i32.const 48) (call_indirect (type \$digit) (i32.const $((elements - 1))))))
    (i32.store (i32.const 0) (i32.const 16))
    (i32.store (i32.const 4) (i32.const 9))
    (drop (call \$fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))
WAT
