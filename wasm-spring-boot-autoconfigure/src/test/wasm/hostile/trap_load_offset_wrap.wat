;; base+offset wraps 2^32: must trap, not read address 7
(module (memory 1) (func (export "run") (result i32) (i32.load8_u offset=4294967295 (i32.const 8))))
