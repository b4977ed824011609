;; memory.grow by 3: every call returns the declared size 1
(module (memory 1) (func (export "run") (result i32) (local $s i32) (local.set $s (memory.size)) (drop (memory.grow (i32.const 3))) (local.get $s)))
