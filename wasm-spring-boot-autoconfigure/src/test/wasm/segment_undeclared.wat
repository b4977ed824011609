;; Drops a segment that the module does not have, but refers to a function: not valid.
(module
  (func $run (export "run") (result i32)
    (elem.drop 0)
    (ref.is_null (ref.func $run))))
