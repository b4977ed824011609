;; overwrites the page an active segment filled: every call returns 97
(module (memory 1) (data (i32.const 0) "a") (func (export "run") (result i32) (local $o i32) (local.set $o (i32.load8_u (i32.const 0))) (i32.store8 (i32.const 0) (i32.const 0)) (local.get $o)))
