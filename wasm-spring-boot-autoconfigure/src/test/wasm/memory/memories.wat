;; Two memories with an active segment each and a passive one for both.
(module
  (memory $a (export "a") 1 2)
  (memory $b (export "b") 2 3)
  (data (memory $a) (i32.const 0) "for a")
  (data (memory $b) (i32.const 70000) "for b")
  (data $passive "passive")
  (func (export "init") (param i32)
    (memory.init $a $passive (local.get 0) (i32.const 0) (i32.const 7))
    (memory.init $b $passive (local.get 0) (i32.const 0) (i32.const 7)))
  (func (export "drop") (data.drop $passive))
  (func (export "copy") (param i32 i32 i32) (memory.copy $b $a (local.get 0) (local.get 1) (local.get 2)))
  (func (export "loadB") (param i32) (result i32) (i32.load8_u $b (local.get 0)))
)
