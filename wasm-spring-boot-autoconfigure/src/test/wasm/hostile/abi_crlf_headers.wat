;; result smuggles CR LF Set-Cookie
(module (memory (export "memory") 1) (func (export "alloc") (param i32) (result i32) (i32.const 1024)) (data (i32.const 0) "{\22headers\22:{\22X-A\22:\22a\\r\\nSet-Cookie: s=1\22}}") (func (export "handle") (param i32 i32) (result i64) (i64.const 42)))
