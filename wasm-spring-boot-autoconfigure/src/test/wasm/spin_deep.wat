;; Never returns, and keeps an inner loop that ends: the deadline must be seen in the outer one too.
(module
  (func (export "run")
    (local $i i32)
    (loop $outer
      (local.set $i (i32.const 1000))
      (loop $inner
        (local.set $i (i32.sub (local.get $i) (i32.const 1)))
        (br_if $inner (local.get $i)))
      (br $outer))))
