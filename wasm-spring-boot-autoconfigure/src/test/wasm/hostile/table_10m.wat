;; table with 10 million entries
(module (table 10000000 funcref) (func (export "run")))
