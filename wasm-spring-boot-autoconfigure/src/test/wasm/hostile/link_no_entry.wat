;; exports nothing
(module (func))
