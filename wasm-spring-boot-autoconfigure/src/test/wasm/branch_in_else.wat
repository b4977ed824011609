;; Valid, and answers 7: but the engine writes a class that the JVM does not verify.
(module
  (func (export "run") (result i32)
    (i32.const 1)
    (i32.const 2)
    (if (param i32)
      (then (drop))
      (else (br 0)))
    (i32.const 7)))
