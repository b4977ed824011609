;; The result (ptr 1048576, len 16) lies outside the memory, which is one page of 65536 bytes.
(module
  (memory (export "memory") 1)
  (func (export "alloc") (param $size i32) (result i32)
    (i32.const 1024))
  (func (export "bad_pointer") (param $ptr i32) (param $len i32) (result i64)
    (i64.const 0x00100000_00000010)))
