;; Grows its memory by the pages asked for; answers the previous size in pages, or -1 when refused.
;; Declares no maximum.
(module
  (memory 1)
  (func (export "grow") (param $pages i32) (result i32)
    (memory.grow (local.get $pages))))
