;; Imports of all kinds, none of which a sandbox offers.
(module
  (import "env" "one" (func))
  (import "env" "two" (func))
  (import "env" "memory" (memory 1))
  (import "env" "table" (table 1 funcref))
  (import "env" "level" (global i32))
  (import "wasi_snapshot_preview1" "no_such" (func))
  (import "wasi_snapshot_preview1" "sched_yield" (func (result i32)))
  (func (export "run")))
