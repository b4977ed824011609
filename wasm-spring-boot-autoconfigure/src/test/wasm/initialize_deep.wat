;; Its start function goes 20000 levels deep before it keeps 42.
(module
  (global $answer (mut i32) (i32.const 0))
  (func $deep (param $levels i32) (result f64)
    (if (i32.eqz (local.get $levels)) (then (return (f64.const 0))))
    (f64.add (call $deep (i32.sub (local.get $levels) (i32.const 1))) (f64.const 1)))
  (func $start
    (drop (call $deep (i32.const 20000)))
    (global.set $answer (i32.const 42)))
  (start $start)
  (func (export "initialize_deep") (result i32) (global.get $answer)))
