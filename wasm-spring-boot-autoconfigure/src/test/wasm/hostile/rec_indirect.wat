;; recursion through call_indirect
(module (type $t (func)) (table funcref (elem $f)) (func $f (type $t) (call_indirect (type $t) (i32.const 0)) (nop)) (func (export "run") (call $f)))
