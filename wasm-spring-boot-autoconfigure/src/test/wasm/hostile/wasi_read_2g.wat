;; fd_read with one 2^31-1 byte iovec (host allocates it before any bounds check)
(module (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
 (memory (export "memory") 1) (func (export "run") (result i32) (i32.store (i32.const 0) (i32.const 64)) (i32.store (i32.const 4) (i32.const 2147483647)) (call $fd_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 32))))
