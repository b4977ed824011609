;; loop through call_indirect
(module (type $t (func (result i32))) (table funcref (elem $f)) (func $f (type $t) (i32.const 1)) (func (export "run") (loop $l (br_if $l (call_indirect (type $t) (i32.const 0))))))
