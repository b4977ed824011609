;; Never returns: a loop closed by an unconditional br.
(module
  (func (export "run")
    (loop $again
      (br $again))))
