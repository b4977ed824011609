;; Declares 16 MiB (256 pages) and touches two far-apart cells: each must be zero before, so the answer is 2.
(module
  (memory 256)
  (func $increment (param $at i32) (result i32)
    (i32.store (local.get $at) (i32.add (i32.load (local.get $at)) (i32.const 1)))
    (i32.load (local.get $at)))
  (func (export "touch") (result i32)
    (i32.add
      (call $increment (i32.const 4096))
      (call $increment (i32.const 16777212)))))
