;; A program as the Common Gateway Interface has it: answers with its environment, NAME=value, one a line, and behind an
;; empty line with its input.
(module
  (import "wasi_snapshot_preview1" "environ_sizes_get" (func $environ_sizes_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_get" (func $environ_get (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 2)
  (data (i32.const 64) "\n")
  (data (i32.const 128) "Status: 207 Multi-Status\r\nContent-Type: text/plain\r\nX-By: cgi\r\n\r\n")
  (func $write (param $ptr i32) (param $len i32)
    (i32.store (i32.const 0) (local.get $ptr))
    (i32.store (i32.const 4) (local.get $len))
    (if (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))
      (then unreachable)))
  (func (export "_start")
    (local $i i32) (local $start i32) (local $end i32)
    (call $write (i32.const 128) (i32.const 65))
    ;; their number at 16, their size at 20, the pointers at 1024, the bytes at 16384
    (if (call $environ_sizes_get (i32.const 16) (i32.const 20)) (then unreachable))
    (if (call $environ_get (i32.const 1024) (i32.const 16384)) (then unreachable))
    (block $done
      (loop $next
        (br_if $done (i32.eq (local.get $i) (i32.load (i32.const 16))))
        (local.set $start (i32.load offset=1024 (i32.shl (local.get $i) (i32.const 2))))
        (local.set $end (local.get $start))
        (block $terminator
          (loop $scan
            (br_if $terminator (i32.eqz (i32.load8_u (local.get $end))))
            (local.set $end (i32.add (local.get $end) (i32.const 1)))
            (br $scan)))
        (call $write (local.get $start) (i32.sub (local.get $end) (local.get $start)))
        (call $write (i32.const 64) (i32.const 1))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $next)))
    (call $write (i32.const 64) (i32.const 1))
    (block $empty
      (loop $more
        (i32.store (i32.const 0) (i32.const 65536))
        (i32.store (i32.const 4) (i32.const 4096))
        (if (call $fd_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)) (then unreachable))
        (br_if $empty (i32.eqz (i32.load (i32.const 8))))
        (call $write (i32.const 65536) (i32.load (i32.const 8)))
        (br $more)))))
