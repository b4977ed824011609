;; Throws an exception of its own that nothing catches.
(module
  (tag $oops)
  (func (export "run") (result i32)
    (throw $oops)))
