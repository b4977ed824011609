;; Calls through a table: entry 0 answers 7, 1 is empty, 2 has another type, 3 does not exist.
(module
  (type $number (func (result i32)))
  (table 3 funcref)
  (elem (i32.const 0) func $seven)
  (elem (i32.const 2) func $nothing)
  (func $seven (result i32) (i32.const 7))
  (func $nothing)
  (func (export "call") (param $entry i32) (result i32)
    (call_indirect (type $number) (local.get $entry))))
