;; grows page by page until refused, touches each page, returns pages
(module (memory 1) (func (export "run") (result i32) (block $e (loop $l (br_if $e (i32.eq (memory.grow (i32.const 1)) (i32.const -1))) (i32.store (i32.shl (i32.sub (memory.size) (i32.const 1)) (i32.const 16)) (i32.const 1)) (br $l))) (memory.size)))
