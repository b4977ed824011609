;; Reads over its own vectors, then writes what it has read: eight bytes of input into the first vector, four more
;; behind. The answer goes into the second vector, and is the length of what is written.
(module
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\00\00\00\00\08\00\00\00\20\00\00\00\04\00\00\00")
  (func (export "_start")
    (drop (call $fd_read (i32.const 0) (i32.const 0) (i32.const 2) (i32.const 12)))
    ;; All that was read stands in a row again
    (i64.store (i32.const 64) (i64.load (i32.const 0)))
    (i32.store (i32.const 72) (i32.load (i32.const 32)))
    (i32.store (i32.const 128) (i32.const 64))
    (i32.store (i32.const 132) (i32.load (i32.const 12)))
    (drop (call $fd_write (i32.const 1) (i32.const 128) (i32.const 1) (i32.const 136)))))
