;; empty loop, unconditional branch
(module (func (export "run") (loop $l (br $l))))
