;; table.get outside the table
(module (table 1 funcref) (func (export "run") (drop (table.get 0 (i32.const 5)))))
