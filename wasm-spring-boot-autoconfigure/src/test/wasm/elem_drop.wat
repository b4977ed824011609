;; Copies a passive element segment, then drops it: 42 in a fresh sandbox, a trap when the drop outlived the call.
(module
  (type $number (func (result i32)))
  (table 4 funcref)
  (elem $functions func $answer)
  (func $answer (result i32) (i32.const 42))
  (func (export "run") (result i32)
    (table.init $functions (i32.const 2) (i32.const 0) (i32.const 1))
    (elem.drop $functions)
    (call_indirect (type $number) (i32.const 2))))
