;; call_indirect outside the table
(module (type $t (func)) (table 1 funcref) (func (export "run") (call_indirect (type $t) (i32.const -1))))
