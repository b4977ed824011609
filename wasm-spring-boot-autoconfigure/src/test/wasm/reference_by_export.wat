;; References to functions that are declared by an export, an active segment, a global and a segment of expressions.
(module
  (table 2 funcref)
  (global $g funcref (ref.func $by_global))
  (elem (i32.const 0) $by_segment)
  (elem (table 0) (i32.const 1) funcref (ref.func $by_expression))
  (func $by_global)
  (func $by_segment)
  (func $by_expression)
  (func $run (export "run") (result i32)
    (i32.add
      (i32.add (ref.is_null (ref.func $run)) (ref.is_null (ref.func $by_segment)))
      (i32.add (ref.is_null (ref.func $by_global)) (ref.is_null (ref.func $by_expression))))))
