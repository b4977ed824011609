;; Puts a file of its scratch directory in the place of standard output, as freopen does, prints "hello", reads the
;; file and prints it in capitals to standard error. Exits with the errno if something fails.
(module
  (import "wasi_snapshot_preview1" "path_open"
    (func $path_open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_renumber" (func $fd_renumber (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_seek" (func $fd_seek (param i32 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 64) "out.txt")
  (data (i32.const 128) "hello")
  (data (i32.const 0) "\80\00\00\00\05\00\00\00\00\01\00\00\05\00\00\00")
  (func $require (param $errno i32)
    (if (local.get $errno)
      (then (call $proc_exit (local.get $errno)))))
  (func (export "_start")
    ;; Create; to be read and written
    (call $require (call $path_open (i32.const 3) (i32.const 0) (i32.const 64) (i32.const 7) (i32.const 1)
      (i64.const 66) (i64.const 0) (i32.const 0) (i32.const 32)))
    (call $require (call $fd_renumber (i32.load (i32.const 32)) (i32.const 1)))
    (call $require (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 40)))
    (call $require (call $fd_seek (i32.const 1) (i64.const 0) (i32.const 0) (i32.const 48)))
    (call $require (call $fd_read (i32.const 1) (i32.const 8) (i32.const 1) (i32.const 40)))
    (i32.store (i32.const 256) (i32.xor (i32.load (i32.const 256)) (i32.const 0x20202020)))
    (call $require (call $fd_write (i32.const 2) (i32.const 8) (i32.const 1) (i32.const 40)))))
