;; Three functions: `first` (the first byte, or nothing), `rest` (all but the first byte) and one that is numeric.
(module
  (memory (export "memory") 1)
  (global $next (mut i32) (i32.const 1024))
  (func (export "alloc") (param $size i32) (result i32)
    (local $ptr i32)
    (local.set $ptr (global.get $next))
    (global.set $next (i32.add (local.get $ptr) (local.get $size)))
    (block $fits
      (loop $more
        (br_if $fits (i32.le_u (global.get $next) (i32.shl (memory.size) (i32.const 16))))
        (br_if $more (i32.ne (memory.grow (i32.const 1)) (i32.const -1)))
        unreachable))
    (local.get $ptr))
  (func $pack (param $ptr i32) (param $len i32) (result i64)
    (i64.or
      (i64.shl (i64.extend_i32_u (local.get $ptr)) (i64.const 32))
      (i64.extend_i32_u (local.get $len))))
  (func (export "first") (param $ptr i32) (param $len i32) (result i64)
    (call $pack (local.get $ptr) (i32.ne (local.get $len) (i32.const 0))))
  (func (export "rest") (param $ptr i32) (param $len i32) (result i64)
    (if (result i64) (local.get $len)
      (then (call $pack (i32.add (local.get $ptr) (i32.const 1)) (i32.sub (local.get $len) (i32.const 1))))
      (else (call $pack (local.get $ptr) (i32.const 0)))))
  (func (export "length_of_alphabet") (result i32)
    (i32.const 26)))
