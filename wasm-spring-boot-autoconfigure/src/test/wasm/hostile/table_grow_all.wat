;; table.grow by 100k until refused, returns size
(module (table 0 funcref) (func (export "run") (result i32) (block $e (loop $l (br_if $e (i32.eq (table.grow 0 (ref.null func) (i32.const 100000)) (i32.const -1))) (br $l))) (table.size 0)))
