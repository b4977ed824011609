;; random_get of 32 MiB in a loop
(module (import "wasi_snapshot_preview1" "random_get" (func $random_get (param i32 i32) (result i32)))
 (memory (export "memory") 512) (func (export "run") (loop $l (br_if $l (i32.eqz (call $random_get (i32.const 0) (i32.const 33554432)))))))
