;; result is JSON nested 60 000 deep
(module (memory (export "memory") 1) (func (export "alloc") (param i32) (result i32) (i32.const 1024)) (func (export "handle") (param i32 i32) (result i64) (memory.fill (i32.const 0) (i32.const 91) (i32.const 60000)) (i64.const 60000)))
