;; Reads the last four bytes of a 4 GiB address space from a memory of one page.
(module
  (memory 1)
  (func (export "load") (result i32)
    (i32.load (i32.const -4))))
