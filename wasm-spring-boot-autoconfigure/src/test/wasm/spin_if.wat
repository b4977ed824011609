;; run(1) never returns, run(0) answers 7.
(module
  (func (export "run") (param $spin i32) (result i32)
    (loop $again
      (br_if $again (local.get $spin)))
    (i32.const 7)))
