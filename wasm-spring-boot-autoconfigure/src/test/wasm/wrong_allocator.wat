;; `alloc` takes an i64, so it is no allocator: `run` is numeric although it looks like bytes, `alloc` stays reserved.
(module
  (memory (export "memory") 1)
  (func (export "alloc") (param i64) (result i32)
    (i32.const 16))
  (func (export "run") (param i32 i32) (result i64)
    (i64.extend_i32_s (i32.add (local.get 0) (local.get 1)))))
