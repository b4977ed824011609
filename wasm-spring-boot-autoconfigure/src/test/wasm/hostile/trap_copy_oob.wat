;; memory.copy past the end
(module (memory 1) (func (export "run") (memory.copy (i32.const 0) (i32.const 16) (i32.const 2147483647))))
