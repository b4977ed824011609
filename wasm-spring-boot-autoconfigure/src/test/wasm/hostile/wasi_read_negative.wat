;; fd_read with a 2^32-1 byte iovec
(module (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
 (memory (export "memory") 1) (func (export "run") (result i32) (i32.store (i32.const 0) (i32.const 64)) (i32.store (i32.const 4) (i32.const -1)) (call $fd_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 32))))
