;; Exception handling as it was before try_table.
(module
  (tag $t)
  (func (export "run") (result i32)
    (try (result i32)
      (do (throw $t))
      (catch $t (i32.const 42)))))
