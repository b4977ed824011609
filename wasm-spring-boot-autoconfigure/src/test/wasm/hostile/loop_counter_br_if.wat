;; counting loop that needs 2^63 turns
(module (func (export "run") (local $i i64) (loop $l (local.set $i (i64.add (local.get $i) (i64.const 1))) (br_if $l (i64.lt_s (local.get $i) (i64.const 9223372036854775807))))))
