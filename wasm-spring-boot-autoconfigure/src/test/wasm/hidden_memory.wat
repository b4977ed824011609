;; An allocator, but a memory that is not exported: `run` is numeric.
(module
  (memory 1)
  (func (export "alloc") (param i32) (result i32)
    (i32.const 16))
  (func (export "run") (param i32 i32) (result i64)
    (i64.extend_i32_s (i32.add (local.get 0) (local.get 1)))))
