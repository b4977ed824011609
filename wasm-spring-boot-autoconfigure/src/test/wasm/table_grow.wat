;; Grows its table by 1000 entries and answers the previous size: always 10 in a fresh sandbox, -1 when refused.
(module
  (table $table 10 funcref)
  (func (export "grow") (result i32)
    (table.grow $table (ref.null func) (i32.const 1000))))
