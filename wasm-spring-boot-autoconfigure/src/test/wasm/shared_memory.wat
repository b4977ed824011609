;; Declares a memory that threads share.
(module
  (memory 1 1 shared)
  (func (export "run") (result i32)
    (i32.const 1)))
