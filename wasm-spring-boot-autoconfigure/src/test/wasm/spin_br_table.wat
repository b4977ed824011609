;; Never returns: a loop closed by br_table.
(module
  (func (export "run")
    (loop $again
      (br_table $again $again (i32.const 0)))))
