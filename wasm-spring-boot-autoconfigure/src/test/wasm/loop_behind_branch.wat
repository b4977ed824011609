;; Valid, and answers 9: but the engine's compiler stumbles over the code that is never reached.
(module
  (func (export "run") (result i32)
    (i32.const 9)
    (br 0)
    (loop)))
