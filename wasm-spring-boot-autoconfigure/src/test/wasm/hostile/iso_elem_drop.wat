;; table.init then elem.drop: every call returns 7
(module (type $t (func (result i32))) (table 1 funcref) (elem $e func $f) (func $f (result i32) (i32.const 7)) (func (export "run") (result i32) (table.init $e (i32.const 0) (i32.const 0) (i32.const 1)) (elem.drop $e) (call_indirect (type $t) (i32.const 0))))
