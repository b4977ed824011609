;; `_initialize` traps: no template can be made.
(module
  (func (export "_initialize") unreachable)
  (func (export "value") (result i32)
    (i32.const 1)))
