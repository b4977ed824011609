;; tail call through the table without end
(module (type $t (func)) (table funcref (elem $a)) (func $a (return_call_indirect (type $t) (i32.const 0))) (func (export "run") (call $a)))
