;; path_open of an absolute path: errno
(module (import "wasi_snapshot_preview1" "path_open" (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
(import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
 (memory (export "memory") 1) (data (i32.const 0) "/etc/passwd") (func (export "run") (result i32) (local $e i32) (local.set $e (call $path_open (i32.const 3) (i32.const 1) (i32.const 0) (i32.const 11) (i32.const 0) (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 512))) (if (local.get $e) (then (return (local.get $e)))) (i32.store (i32.const 520) (i32.const 600)) (i32.store (i32.const 524) (i32.const 100)) (drop (call $fd_read (i32.load (i32.const 512)) (i32.const 520) (i32.const 1) (i32.const 528))) (i32.const 0)))
