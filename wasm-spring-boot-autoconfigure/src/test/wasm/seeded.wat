;; The start function draws a random number, and _initialize counts how often it ran: value() is the number,
;; runs() how often, and both start from what initialising left.
(module
  (import "wasi_snapshot_preview1" "random_get" (func $random_get (param i32 i32) (result i32)))
  (memory 1)
  (func $start
    (drop (call $random_get (i32.const 16) (i32.const 8))))
  (start $start)
  (func (export "_initialize")
    (i32.store (i32.const 8) (i32.add (i32.load (i32.const 8)) (i32.const 1))))
  (func (export "value") (result i64)
    (i64.load (i32.const 16)))
  (func (export "runs") (result i32)
    (i32.load (i32.const 8))))
