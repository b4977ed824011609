;; Two memories of one page; grow(pages) grows each of them and answers how many have grown.
(module
  (memory $first (export "memory") 1)
  (memory $second 1)
  (func (export "grow") (param $pages i32) (result i32)
    (i32.add
      (i32.ne (memory.grow $first (local.get $pages)) (i32.const -1))
      (i32.ne (memory.grow $second (local.get $pages)) (i32.const -1)))))
