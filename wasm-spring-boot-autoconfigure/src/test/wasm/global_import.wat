;; Wants a global from the host.
(module
  (import "env" "level" (global $level i32))
  (func (export "level") (result i32)
    (global.get $level)))
