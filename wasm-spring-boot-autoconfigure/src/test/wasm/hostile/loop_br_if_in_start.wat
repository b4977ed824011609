;; infinite br_if loop in the start section
(module (func $s (loop $l (br_if $l (i32.const 1)))) (start $s) (func (export "run")))
