/* The way out of a fatal error of PHP, apart from the rest: what is compiled with setjmp here becomes exceptions of
   WebAssembly, and of them the module has these alone. */
#include <setjmp.h>
#include <stdlib.h>

static jmp_buf out;
static int inside;

/* Runs f; 1 if it ended by php_reactor_bailout. Not nested. */
int php_reactor_guarded(void (*f)(void)) {
  if (setjmp(out)) return inside = 0, 1;
  inside = 1;
  f();
  inside = 0;
  return 0;
}

_Noreturn void php_reactor_bailout(void) {
  if (!inside) abort();
  longjmp(out, 1);
}
