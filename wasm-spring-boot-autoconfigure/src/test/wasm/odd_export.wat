;; One export has a name that no function can have.
(module
  (func (export "add") (param i32 i32) (result i32)
    (i32.add (local.get 0) (local.get 1)))
  (func (export "demo:calc/ops#sub") (param i32 i32) (result i32)
    (i32.sub (local.get 0) (local.get 1))))
