;; The start function reads an active segment of a table, which is dropped before it runs: a trap.
(module
  (table 2 funcref)
  (elem $e (i32.const 0) $nothing)
  (func $nothing)
  (func $start
    (table.init $e (i32.const 1) (i32.const 0) (i32.const 1)))
  (start $start)
  (func (export "run") (result i32)
    (i32.const 42)))
