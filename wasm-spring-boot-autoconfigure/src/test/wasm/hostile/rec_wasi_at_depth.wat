;; recursion that calls random_get and fd_write at every depth, so the overflow happens inside host code
(module (import "wasi_snapshot_preview1" "random_get" (func $random_get (param i32 i32) (result i32)))
(import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
 (memory (export "memory") 1) (func $f (drop (call $random_get (i32.const 64) (i32.const 16))) (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 32))) (call $f) (drop (call $random_get (i32.const 64) (i32.const 16)))) (func (export "run") (call $f)))
