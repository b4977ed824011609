;; Claims a result of 2 MiB (ptr 65536, len 2097152) that does lie inside its memory of 40 pages.
(module
  (memory (export "memory") 40)
  (func (export "alloc") (param $size i32) (result i32)
    (i32.const 1024))
  (func (export "huge_result") (param $ptr i32) (param $len i32) (result i64)
    (i64.const 0x00010000_00200000)))
