;; loop writing memory
(module (memory 1) (func (export "run") (local $i i32) (loop $l (i32.store (i32.and (local.get $i) (i32.const 65528)) (local.get $i)) (local.set $i (i32.add (local.get $i) (i32.const 4))) (br $l))))
