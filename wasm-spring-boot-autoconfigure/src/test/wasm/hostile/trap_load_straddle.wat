;; i64.load straddling the end of memory
(module (memory 1) (func (export "run") (result i64) (i64.load (i32.const 65532))))
