;; The result (ptr 1024, len 0x80000010): the length has its high bit set, so it is negative as a Java int.
(module
  (memory (export "memory") 1)
  (func (export "alloc") (param $size i32) (result i32)
    (i32.const 1024))
  (func (export "bytes_reports_negative") (param $ptr i32) (param $len i32) (result i64)
    (i64.const 0x00000400_80000010)))
