;; Well-formed but not valid: the body leaves an i64 where an i32 is declared. Made with --no-check.
(module
  (func (export "run") (result i32)
    (i64.const 1)))
