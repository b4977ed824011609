;; `wizer.initialize` changes a global and a memory cell. value() answers 42 when it ran once, 1 when it never
;; ran, 182 when it ran twice.
(module
  (memory 1)
  (global $global (mut i32) (i32.const 1))
  (func (export "wizer.initialize")
    (global.set $global (i32.add (i32.mul (global.get $global) (i32.const 10)) (i32.const 2)))
    (i32.store (i32.const 8) (i32.add (i32.load (i32.const 8)) (i32.const 30))))
  (func (export "value") (result i32)
    (i32.add (global.get $global) (i32.load (i32.const 8)))))
