;; GC proposal: struct.new in a loop fills the host heap, not linear memory
(module (type $s (struct (field i64) (field i64))) (func (export "run") (loop $l (drop (struct.new $s (i64.const 1) (i64.const 2))) (br $l))))
