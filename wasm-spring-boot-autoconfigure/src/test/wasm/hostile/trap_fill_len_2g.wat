;; memory.fill at 16 with length 2^31-1 (int overflow in addr+size)
(module (memory 1) (func (export "run") (memory.fill (i32.const 16) (i32.const 1) (i32.const 2147483647))))
