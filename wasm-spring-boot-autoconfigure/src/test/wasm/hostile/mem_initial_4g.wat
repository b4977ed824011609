;; declares 65536 initial pages (4 GiB)
(module (memory 65536) (func (export "run")))
