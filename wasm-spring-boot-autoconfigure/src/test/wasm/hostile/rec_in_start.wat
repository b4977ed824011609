;; unbounded recursion in the start section
(module (func $f (call $f)) (start $f) (func (export "run")))
