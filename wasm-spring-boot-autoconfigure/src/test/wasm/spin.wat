;; Never returns: a loop closed by br_if. Only a deadline ends it.
(module
  (func (export "run")
    (loop $again
      (br_if $again (i32.const 1)))))
