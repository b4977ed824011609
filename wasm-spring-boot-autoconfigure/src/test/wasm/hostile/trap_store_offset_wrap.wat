;; store with wrapped address: must trap
(module (memory 1) (func (export "run") (i32.store offset=4294967288 (i32.const 16) (i32.const 1))))
