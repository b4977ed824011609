;; loop calling a trivial function
(module (func $leaf (param i32) (result i32) (i32.add (local.get 0) (i32.const 1))) (func (export "run") (local $i i32) (loop $l (local.set $i (call $leaf (local.get $i))) (br_if $l (i32.const 1)))))
