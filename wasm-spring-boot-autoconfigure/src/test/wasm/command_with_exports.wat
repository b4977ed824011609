;; A command that also exports a function: the command is the only function of this module.
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func $write (param $fd i32) (param $ptr i32) (param $len i32)
    (i32.store (i32.const 0) (local.get $ptr))
    (i32.store (i32.const 4) (local.get $len))
    (if (call $fd_write (local.get $fd) (i32.const 0) (i32.const 1) (i32.const 8))
      (then unreachable)))
  (data (i32.const 64) "command\n")
  (func (export "_start")
    (call $write (i32.const 1) (i32.const 64) (i32.const 8)))
  (func (export "helper") (result i32)
    (i32.const 1)))
