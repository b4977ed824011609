;; Calls itself without end: the guest runs out of stack.
(module
  (func $recurse (export "recurse") (result i32)
    (i32.add (call $recurse) (i32.const 1))))
