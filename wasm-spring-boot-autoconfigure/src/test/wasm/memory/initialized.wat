;; Writes over its active segment and drops its passive one while it is initialized.
(module
  (memory (export "memory") 2 8)
  (data (i32.const 0) "active")
  (data $passive "passive")
  (func (export "_initialize")
    (i32.store8 (i32.const 0) (i32.const 65))
    (memory.init $passive (i32.const 70000) (i32.const 0) (i32.const 7))
    (data.drop $passive)
    (drop (memory.grow (i32.const 1))))
  (func (export "init") (memory.init $passive (i32.const 0) (i32.const 0) (i32.const 7)))
  (func (export "load") (param i32) (result i32) (i32.load8_u (local.get 0)))
  (func (export "store") (param i32 i32) (i32.store8 (local.get 0) (local.get 1)))
)
