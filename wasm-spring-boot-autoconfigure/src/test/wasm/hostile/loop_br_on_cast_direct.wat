;; GC back-edge: br_on_cast straight to the loop label
(module (func (export "run") (drop (ref.i31 (i32.const 1))) (ref.i31 (i32.const 1)) (loop $l (param (ref i31)) (drop (br_on_cast $l (ref i31) (ref i31))) )))
