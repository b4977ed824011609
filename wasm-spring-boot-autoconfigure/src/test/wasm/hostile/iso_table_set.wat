;; replaces a table entry: every call returns 1
(module (type $t (func (result i32))) (table funcref (elem $a)) (elem declare func $b) (func $a (result i32) (i32.const 1)) (func $b (result i32) (i32.const 2)) (func (export "run") (result i32) (local $r i32) (local.set $r (call_indirect (type $t) (i32.const 0))) (table.set 0 (i32.const 0) (ref.func $b)) (local.get $r)))
