;; GC back-edge br_on_cast
(module (func (export "run") (local $x anyref) (local.set $x (ref.i31 (i32.const 1))) (drop (loop $l (result anyref) (drop (block $b (result i31ref) (drop (br_on_cast $b anyref i31ref (local.get $x))) (unreachable))) (br_if $l (local.get $x) (i32.const 1))))))
