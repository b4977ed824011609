;; Reads and writes with `count` vectors that all name the same `length` bytes, writes with a vector list at any
;; address, and polls for `count` clocks whose time is over. Each answers the errno.
(module
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll_oneoff (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 2)
  (func $vectors (param $count i32) (param $length i32)
    (local $at i32)
    (local.set $at (i32.const 1024))
    (block $done
      (loop $next
        (br_if $done (i32.le_s (local.get $count) (i32.const 0)))
        (i32.store (local.get $at) (i32.const 65536))
        (i32.store (i32.add (local.get $at) (i32.const 4)) (local.get $length))
        (local.set $at (i32.add (local.get $at) (i32.const 8)))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (br $next))))
  (func (export "write") (param $count i32) (param $length i32) (result i32)
    (call $vectors (local.get $count) (local.get $length))
    (call $fd_write (i32.const 1) (i32.const 1024) (local.get $count) (i32.const 0)))
  (func (export "read") (param $count i32) (param $length i32) (result i32)
    (call $vectors (local.get $count) (local.get $length))
    (call $fd_read (i32.const 0) (i32.const 1024) (local.get $count) (i32.const 0)))
  (func (export "write_at") (param $vectors i32) (result i32)
    (call $fd_write (i32.const 1) (local.get $vectors) (i32.const 1) (i32.const 0)))
  (func (export "poll") (param $count i32) (result i32)
    (local $at i32)
    (local $left i32)
    (local.set $at (i32.const 1024))
    (local.set $left (local.get $count))
    (block $done
      (loop $next
        (br_if $done (i32.le_s (local.get $left) (i32.const 0)))
        (i32.store (i32.add (local.get $at) (i32.const 16)) (i32.const 1))
        (local.set $at (i32.add (local.get $at) (i32.const 48)))
        (local.set $left (i32.sub (local.get $left) (i32.const 1)))
        (br $next)))
    (call $poll_oneoff (i32.const 1024) (i32.const 65536) (local.get $count) (i32.const 0))))
