;; Imports a WASI function that exists, with a type that it does not have (i64 in place of i32).
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i64 i64) (result i64)))
  (memory (export "memory") 1)
  (func (export "_start")
    (drop (call $fd_write (i64.const 1) (i64.const 0)))))
