;; Valid, and answers 7: but the library that writes classes for the engine stumbles.
(module
  (func (export "run") (result i32)
    (i32.const 1)
    (i32.const 2)
    (if (param i32)
      (then (br 0))
      (else (drop)))
    (i32.const 7)))
