;; Takes its input, then traps.
(module
  (memory (export "memory") 1)
  (func (export "alloc") (param $size i32) (result i32)
    (i32.const 1024))
  (func (export "bytes_trap") (param $ptr i32) (param $len i32) (result i64)
    unreachable))
