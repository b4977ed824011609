;; Exports only a function that takes a reference, which nothing outside can give: not callable.
(module
  (func (export "is_null") (param externref) (result i32)
    (ref.is_null (local.get 0))))
