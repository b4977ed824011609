;; Wants its memory from the host.
(module
  (import "env" "memory" (memory 1))
  (func (export "size") (result i32)
    (memory.size)))
