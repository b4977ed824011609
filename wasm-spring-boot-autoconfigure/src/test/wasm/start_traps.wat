;; The start function traps: the module can never be instantiated.
(module
  (func $start unreachable)
  (start $start)
  (func (export "value") (result i32)
    (i32.const 1)))
