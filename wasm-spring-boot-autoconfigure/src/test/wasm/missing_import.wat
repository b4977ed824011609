;; Imports a function that no host here has.
(module
  (import "env" "host_log" (func $host_log (param i32)))
  (func (export "run")
    (call $host_log (i32.const 1))))
