;; start section traps
(module (func $s (unreachable)) (start $s) (func (export "run")))
