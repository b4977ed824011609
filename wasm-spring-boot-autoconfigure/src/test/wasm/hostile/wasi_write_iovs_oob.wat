;; fd_write whose iovec array is outside memory
(module (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
 (memory (export "memory") 1) (func (export "run") (result i32) (call $fd_write (i32.const 1) (i32.const -16) (i32.const 3) (i32.const 32))))
