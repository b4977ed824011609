;; Waits for input without a limit of time, and copies what comes until there is no more.
(module
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll_oneoff (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  ;; A subscription to standard input at 1024, a vector of 7 bytes at 0
  (data (i32.const 1032) "\01")
  (data (i32.const 0) "\00\10\00\00\07\00\00\00")
  (func (export "_start")
    (block $end
      (loop $next
        (if (call $poll_oneoff (i32.const 1024) (i32.const 2048) (i32.const 1) (i32.const 16))
          (then (call $proc_exit (i32.const 1))))
        (if (i32.ne (i32.load (i32.const 16)) (i32.const 1))
          (then (call $proc_exit (i32.const 2))))
        (if (i32.load16_u (i32.const 2056))
          (then (call $proc_exit (i32.const 3))))
        (i32.store (i32.const 4) (i32.const 7))
        (drop (call $fd_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 20)))
        (br_if $end (i32.eqz (i32.load (i32.const 20))))
        (i32.store (i32.const 4) (i32.load (i32.const 20)))
        (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 24)))
        (br $next)))))
