;; Traps at once.
(module
  (func (export "trap") (result i32)
    unreachable))
