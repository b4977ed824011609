;; Answers the content of the file that the input names, in the first directory that it was given. Ends with the errno if
;; there is none. A path that begins with "+" is written to, in the same directory, before it is read.
(module
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_seek" (func $fd_seek (param i32 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open"
    (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 2)
  ;; A vector of 64 KiB at 65536
  (data (i32.const 0) "\00\00\01\00\00\00\01\00")
  (func $check (param $errno i32)
    (if (local.get $errno)
      (then (call $proc_exit (local.get $errno)))))
  (func (export "_start")
    (local $path i32)
    (local $length i32)
    (local $writing i32)
    (call $check (call $fd_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
    (local.set $path (i32.const 65536))
    (local.set $length (i32.load (i32.const 8)))
    (local.set $writing (i32.eq (i32.load8_u (local.get $path)) (i32.const 43)))
    (local.set $path (i32.add (local.get $path) (local.get $writing)))
    (local.set $length (i32.sub (local.get $length) (local.get $writing)))
    (call $check
      (call $path_open (i32.const 3) (i32.const 1) (local.get $path) (local.get $length) (local.get $writing)
        (select (i64.const 66) (i64.const 2) (local.get $writing)) (i64.const 0) (i32.const 0) (i32.const 12)))
    (if (local.get $writing)
      (then
        (i32.store (i32.const 0) (local.get $path))
        (i32.store (i32.const 4) (local.get $length))
        (call $check (call $fd_write (i32.load (i32.const 12)) (i32.const 0) (i32.const 1) (i32.const 8)))
        (call $check (call $fd_seek (i32.load (i32.const 12)) (i64.const 0) (i32.const 0) (i32.const 16)))))
    (call $check (call $fd_read (i32.load (i32.const 12)) (i32.const 0) (i32.const 1) (i32.const 8)))
    (i32.store (i32.const 4) (i32.load (i32.const 8)))
    (call $check (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))
