;; Grows its table by as many entries as asked for; answers the previous size, or -1 when refused.
;; Declares no maximum: a table is host memory that no memory limit counts.
(module
  (table $table 10 funcref)
  (func (export "grow") (param $entries i32) (result i32)
    (table.grow $table (ref.null func) (local.get $entries))))
