;; Waits 60 s on the monotonic clock, then writes "slept": the deadline must end a wait inside the host as well.
(module
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll_oneoff (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func $write (param $fd i32) (param $ptr i32) (param $len i32)
    (i32.store (i32.const 0) (local.get $ptr))
    (i32.store (i32.const 4) (local.get $len))
    (if (call $fd_write (local.get $fd) (i32.const 0) (i32.const 1) (i32.const 8))
      (then unreachable)))
  (data (i32.const 64) "slept")
  (func (export "_start")
    ;; a subscription of 48 bytes at 128: userdata 0, tag 0 (clock) at 8, clock id at 16, timeout at 24,
    ;; precision at 32, flags 0 (relative) at 40; the event goes to 256, the number of events to 16
    (i32.store (i32.const 144) (i32.const 1))
    (i64.store (i32.const 152) (i64.const 60000000000))
    (if (call $poll_oneoff (i32.const 128) (i32.const 256) (i32.const 1) (i32.const 16)) (then unreachable))
    (call $write (i32.const 1) (i32.const 64) (i32.const 5))))
