/* PHP's own ways out of a fatal error are not taken; see _zend_bailout in php.patch, and unwind.c. */
#pragma once
typedef int jmp_buf[1]; typedef int sigjmp_buf[1];
_Noreturn void php_reactor_bailout(void);
#define setjmp(b) 0
#define sigsetjmp(b, s) 0
#define longjmp(b, v) php_reactor_bailout()
#define siglongjmp(b, v) php_reactor_bailout()
