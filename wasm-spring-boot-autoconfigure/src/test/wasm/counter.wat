;; Adds one to a global and one to a memory cell and answers their sum: always 2 in a fresh sandbox,
;; 4 in one that was called before.
(module
  (memory 1)
  (global $calls (mut i32) (i32.const 0))
  (func (export "count") (result i32)
    (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
    (i32.store (i32.const 16) (i32.add (i32.load (i32.const 16)) (i32.const 1)))
    (i32.add (global.get $calls) (i32.load (i32.const 16)))))
