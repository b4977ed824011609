;; Wants its table from the host.
(module
  (import "env" "table" (table 1 funcref))
  (func (export "size") (result i32)
    (table.size 0)))
