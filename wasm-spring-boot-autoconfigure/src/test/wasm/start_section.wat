;; A start function adds to a global: 42 when it ran once, 84 when it ran twice, 0 when it never ran.
(module
  (global $value (mut i32) (i32.const 0))
  (func $start
    (global.set $value (i32.add (global.get $value) (i32.const 42))))
  (start $start)
  (func (export "value") (result i32)
    (global.get $value)))
