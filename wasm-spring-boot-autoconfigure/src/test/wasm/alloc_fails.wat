;; The allocator answers 0, which is "no memory", for more than 16 bytes. Echoes what is shorter.
(module
  (memory (export "memory") 1)
  (func (export "alloc") (param $size i32) (result i32)
    (select (i32.const 0) (i32.const 1024) (i32.gt_u (local.get $size) (i32.const 16))))
  (func $pack (param $ptr i32) (param $len i32) (result i64)
    (i64.or
      (i64.shl (i64.extend_i32_u (local.get $ptr)) (i64.const 32))
      (i64.extend_i32_u (local.get $len))))
  (func (export "alloc_fails") (param $ptr i32) (param $len i32) (result i64)
    (call $pack (local.get $ptr) (local.get $len))))
