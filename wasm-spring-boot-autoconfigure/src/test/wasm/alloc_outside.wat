;; The allocator answers a pointer behind the end of the memory: the host must refuse to write there.
(module
  (memory (export "memory") 1)
  (func (export "alloc") (param $size i32) (result i32)
    (i32.const -16))
  (func (export "alloc_outside") (param $ptr i32) (param $len i32) (result i64)
    (i64.const 0)))
