;; Never returns, in a function too large for one JVM method (64 KB), which Chicory therefore interprets: its
;; interpreter does not look at interrupts in a br_if loop. build.sh replaces the placeholder by 16000 calls.
(module
  (func $nothing)
  (func (export "run") (param $spin i32) (result i32)
    (loop $again
      (br_if $again (local.get $spin)))
    (;calls;)
    (i32.const 1)))
