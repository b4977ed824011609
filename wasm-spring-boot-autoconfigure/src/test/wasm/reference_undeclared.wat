;; A reference to a function that nothing declares: not valid.
(module
  (func $other)
  (func (export "run") (result i32)
    (ref.is_null (ref.func $other))))
