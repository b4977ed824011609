;; A variable of the type of SIMD, and no instruction of it.
(module
  (func (export "run") (local v128)))
