;; recursion under try_table catch_all: the guest must not swallow the overflow and carry on forever
(module (func $f (block $h (try_table (catch_all $h) (call $f) (return))) (call $f)) (func (export "run") (call $f)))
