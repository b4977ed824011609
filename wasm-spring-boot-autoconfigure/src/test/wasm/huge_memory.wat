;; Declares the largest memory there is, 65536 pages (4 GiB), as its least size.
(module
  (memory (export "memory") 65536)
  (func (export "size") (result i32)
    (memory.size)))
