;; memory.fill with length 2^32-1
(module (memory 1) (func (export "run") (memory.fill (i32.const 16) (i32.const 1) (i32.const -1))))
