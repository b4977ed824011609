;; The start function reads an active segment, which is dropped before it runs: a trap.
(module
  (memory 1)
  (data $d (i32.const 0) "abc")
  (func $start
    (memory.init $d (i32.const 100) (i32.const 0) (i32.const 3)))
  (start $start)
  (func (export "run") (result i32)
    (i32.load8_u (i32.const 100))))
