/* What Mono links against and a sandbox does not have. */
#include <errno.h>
#include <string.h>
#include <semaphore.h>
#include <netdb.h>
#include <syslog.h>
#include <termios.h>
#define FAIL(v) { errno = ENOSYS; return v; }
/* Nothing is collected: what only locals of WebAssembly point at cannot be seen. The sandbox of a call is garbage soon. */
int mono_wasm_enable_gc = 0;
/* one thread: counting semaphores that never block */
int sem_init(sem_t *s, int p, unsigned v) { *(unsigned *)s = v; return 0; }
int sem_destroy(sem_t *s) { return 0; }
int sem_post(sem_t *s) { ++*(unsigned *)s; return 0; }
int sem_wait(sem_t *s) { if (*(unsigned *)s) --*(unsigned *)s; return 0; }
int sem_trywait(sem_t *s) { if (*(unsigned *)s) { --*(unsigned *)s; return 0; } errno = EAGAIN; return -1; }
_Noreturn void mono_wasi_longjmp(void) { abort(); }
void schedule_background_exec(void) {}
void mono_set_timeout(int t, int d) {}
struct passwd *getpwuid(uid_t a) FAIL(0)
struct passwd *getpwnam(const char *a) FAIL(0)
uid_t geteuid(void) { return 1000; } gid_t getegid(void) { return 1000; } uid_t getuid(void) { return 1000; } gid_t getgid(void) { return 1000; }
int getgroups(int a, gid_t *b) { return 0; }
int pipe(int *a) FAIL(-1)
int dup(int a) FAIL(-1)
int dup2(int a, int b) FAIL(-1)
int mkstemp(char *a) FAIL(-1)
int fork(void) FAIL(-1)
int gethostname(char *b, size_t n) { if (n < 5) return -1; strcpy(b, "wasi"); return 0; }
int tcgetattr(int a, struct termios *b) { errno = ENOTTY; return -1; }
int tcsetattr(int a, int b, const struct termios *c) { errno = ENOTTY; return -1; }
int tcflush(int a, int b) { errno = ENOTTY; return -1; }
struct protoent *getprotobyname(const char *a) FAIL(0)
int socket(int a, int b, int c) FAIL(-1)
int connect(int a, const struct sockaddr *b, socklen_t c) FAIL(-1)
int bind(int a, const struct sockaddr *b, socklen_t c) FAIL(-1)
int listen(int a, int b) FAIL(-1)
int setsockopt(int a, int b, int c, const void *d, socklen_t e) FAIL(-1)
int getsockname(int a, struct sockaddr *b, socklen_t *c) FAIL(-1)
int getpeername(int a, struct sockaddr *b, socklen_t *c) FAIL(-1)
ssize_t sendto(int a, const void *b, size_t c, int d, const struct sockaddr *e, socklen_t f) FAIL(-1)
ssize_t recvfrom(int a, void *b, size_t c, int d, struct sockaddr *e, socklen_t *f) FAIL(-1)
ssize_t sendmsg(int a, const struct msghdr *b, int c) FAIL(-1)
ssize_t recvmsg(int a, struct msghdr *b, int c) FAIL(-1)
int getnameinfo(const struct sockaddr *a, socklen_t b, char *c, socklen_t d, char *e, socklen_t f, int g) FAIL(-1)
void openlog(const char *a, int b, int c) {} void syslog(int a, const char *b, ...) {} void closelog(void) {}
void *mono_get_local_interfaces(int a, int *b) { *b = 0; return 0; }
int mono_get_address_info(const char *a, int b, int c, void **d) { return -1; }
void *CreateZStream(int a, unsigned char b, void *c, void *d) { return 0; }
int CloseZStream(void *a) { return -1; } int Flush(void *a) { return -1; } int ReadZStream(void *a, void *b, int c) { return -1; } int WriteZStream(void *a, void *b, int c) { return -1; }
void mono_wasm_add_number_var(double a) {} void mono_wasm_add_string_var(const char *a) {} void mono_wasm_add_properties_var(const char *a) {}
void mono_wasm_add_obj_var(const char *a, unsigned long long b) {} void mono_wasm_fire_bp(void) {} void mono_wasm_add_frame(int a, int b, const char *c) {}
void mono_wasm_add_bool_var(signed char a) {} void mono_wasm_add_array_var(const char *a, unsigned long long b) {} void mono_wasm_add_array_item(int a) {}
/* single thread: locks always succeed (the emulated ones report recursion as deadlock) */
int pthread_mutex_init(pthread_mutex_t *m, const pthread_mutexattr_t *a) { memset(m, 0, sizeof *m); return 0; }
int pthread_mutex_destroy(pthread_mutex_t *m) { return 0; }
int pthread_mutex_lock(pthread_mutex_t *m) { return 0; }
int pthread_mutex_trylock(pthread_mutex_t *m) { return 0; }
int pthread_mutex_unlock(pthread_mutex_t *m) { return 0; }
/* Nobody will signal: the call waits until its time is over, or until the wait's is */
#include <time.h>
int pthread_cond_wait(pthread_cond_t *c, pthread_mutex_t *m) { for (;;) sleep(3600); }
int pthread_cond_timedwait(pthread_cond_t *c, pthread_mutex_t *m, const struct timespec *until) {
  struct timespec now, left;
  clock_gettime(CLOCK_REALTIME, &now);
  left.tv_sec = until->tv_sec - now.tv_sec, left.tv_nsec = until->tv_nsec - now.tv_nsec;
  if (left.tv_nsec < 0) left.tv_nsec += 1000000000, left.tv_sec--;
  if (left.tv_sec >= 0) nanosleep(&left, NULL);
  return ETIMEDOUT;
}
int pthread_cond_signal(pthread_cond_t *c) { return 0; }
int pthread_cond_broadcast(pthread_cond_t *c) { return 0; }
int pthread_cond_init(pthread_cond_t *c, const pthread_condattr_t *a) { memset(c, 0, sizeof *c); return 0; }
int pthread_cond_destroy(pthread_cond_t *c) { return 0; }
/* The streams of a sandbox are no terminal */
int isatty(int fd) { errno = ENOTTY; return 0; }
