;; A table of 10000 entries, filled by one element segment of 10000 functions: what evaluating it at every
;; instantiation costs. Entry i answers i modulo 4. build.sh replaces the placeholder by 2500 times $f0 $f1 $f2 $f3.
(module
  (type $number (func (result i32)))
  (table 10000 funcref)
  (elem (i32.const 0) func (;entries;))
  (func $f0 (result i32) (i32.const 0))
  (func $f1 (result i32) (i32.const 1))
  (func $f2 (result i32) (i32.const 2))
  (func $f3 (result i32) (i32.const 3))
  (func (export "call") (param $entry i32) (result i32)
    (call_indirect (type $number) (local.get $entry))))
