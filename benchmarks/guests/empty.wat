;; The least that a command can be.
(module
  (memory (export "memory") 1)
  (func (export "_start")))
