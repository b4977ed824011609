;; The result (ptr 65528, len 16) begins inside the memory and ends 8 bytes behind it.
(module
  (memory (export "memory") 1)
  (func (export "alloc") (param $size i32) (result i32)
    (i32.const 1024))
  (func (export "straddling_result") (param $ptr i32) (param $len i32) (result i64)
    (i64.const 0x0000fff8_00000010)))
