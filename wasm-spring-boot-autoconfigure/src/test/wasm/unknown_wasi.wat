;; Imports a function from WASI that WASI does not have.
(module
  (import "wasi_snapshot_preview1" "no_such" (func $no_such (result i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    (drop (call $no_such))))
