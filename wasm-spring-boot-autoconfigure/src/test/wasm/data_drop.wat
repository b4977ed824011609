;; Copies a passive data segment, then drops it: 42 in a fresh sandbox, a trap when the drop outlived the call.
(module
  (memory 1)
  (data $bytes "\2a\00\00\00")
  (func (export "run") (result i32)
    (memory.init $bytes (i32.const 16) (i32.const 0) (i32.const 4))
    (data.drop $bytes)
    (i32.load (i32.const 16))))
