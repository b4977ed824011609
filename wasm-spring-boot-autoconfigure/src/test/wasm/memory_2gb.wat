;; A page more than the engine can address.
(module
  (memory 32768)
  (func (export "run")))
