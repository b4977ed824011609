;; unreachable
(module (func (export "run") (unreachable)))
