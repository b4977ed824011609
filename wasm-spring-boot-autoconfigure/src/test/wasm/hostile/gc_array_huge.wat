;; GC proposal: array.new of 2^30 elements (8 GiB host array)
(module (type $a (array (mut i64))) (func (export "run") (result i32) (array.len (array.new $a (i64.const 1) (i32.const 1073741824)))))
