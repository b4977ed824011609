;; fd_filestat_get on the preopened directory itself
(module (import "wasi_snapshot_preview1" "fd_filestat_get" (func $fd_filestat_get (param i32 i32) (result i32)))
 (memory (export "memory") 1) (func (export "run") (result i32) (call $fd_filestat_get (i32.const 3) (i32.const 64))))
