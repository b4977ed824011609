;; creates a file and fd_allocates 1 TiB (sparse)
(module (import "wasi_snapshot_preview1" "path_open" (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
(import "wasi_snapshot_preview1" "fd_allocate" (func $fd_allocate (param i32 i64 i64) (result i32)))
 (memory (export "memory") 1) (data (i32.const 0) "f") (func (export "run") (result i32) (drop (call $path_open (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 1) (i64.const 66) (i64.const 0) (i32.const 0) (i32.const 64))) (call $fd_allocate (i32.load (i32.const 64)) (i64.const 0) (i64.const 1099511627776))))
