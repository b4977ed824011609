;; `_initialize` never returns.
(module
  (func (export "_initialize")
    (loop $again
      (br $again)))
  (func (export "value") (result i32)
    (i32.const 1)))
