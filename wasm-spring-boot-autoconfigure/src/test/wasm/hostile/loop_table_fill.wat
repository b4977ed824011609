;; loop of table.fill on 1e6 entries
(module (table 1000000 1000000 funcref) (func (export "run") (loop $l (table.fill 0 (i32.const 0) (ref.null func) (i32.const 1000000)) (br_if $l (i32.const 1)))))
