;; The result (ptr 0xfffffff0, len 32): ptr is negative as a Java int, and ptr + len wraps round to 16.
(module
  (memory (export "memory") 1)
  (func (export "alloc") (param $size i32) (result i32)
    (i32.const 1024))
  (func (export "wrapping_result") (param $ptr i32) (param $len i32) (result i64)
    (i64.const 0xfffffff0_00000020)))
