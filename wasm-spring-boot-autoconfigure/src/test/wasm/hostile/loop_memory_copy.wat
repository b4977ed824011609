;; loop of overlapping 16 MiB memory.copy
(module (memory 512 512) (func (export "run") (loop $l (memory.copy (i32.const 1) (i32.const 0) (i32.const 16777216)) (br_if $l (i32.const 1)))))
