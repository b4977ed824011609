;; declares 32767 initial pages (2 GiB - 64 KiB), below Chicory's own ceiling
(module (memory 32767) (func (export "run")))
