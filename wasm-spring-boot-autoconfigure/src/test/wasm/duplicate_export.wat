;; Exports two functions by the same name.
(module
  (func (export "run") (result i32)
    (i32.const 1))
  (func (export "run") (result i32)
    (i32.const 2)))
