;; random_get of 2^31-1 bytes
(module (import "wasi_snapshot_preview1" "random_get" (func $random_get (param i32 i32) (result i32)))
 (memory (export "memory") 1) (func (export "run") (result i32) (call $random_get (i32.const 0) (i32.const 2147483647))))
