/*
 * An allocator for what is snapshot: size classes with free lists, cut from blocks. arena_seal() forgets what is free
 * and begins at a new granule of the host's copy on write, so that what a call allocates lies together, and apart
 * from what the snapshot holds.
 */
#define GRANULE 4096u
#define BLOCK (256u * 1024)
#define LARGE 65536u   /* a size of a class: what is larger is malloc's */

static char *arena_at, *arena_end;
static struct free_block { struct free_block *next; } *arena_free[34];

/* 8-byte steps up to 128, then one class for each power of two. */
static unsigned class_of(size_t n) {
  if (n <= 128) return (unsigned)((n + 7) >> 3);
  return 17 + (31 - (unsigned)__builtin_clz((unsigned)(n - 1)) - 7);
}

static size_t size_of_class(unsigned c) { return c <= 16 ? c * 8u : 1u << (c - 17 + 8); }

static void *arena_cut(size_t n) {
  if ((size_t)(arena_end - arena_at) < n) {
    char *p = aligned_alloc(GRANULE, BLOCK);
    size_t got = BLOCK;
    if (!p) {
      got = (n + GRANULE - 1) & ~(size_t)(GRANULE - 1);
      if (!(p = aligned_alloc(GRANULE, got))) return NULL;
    }
    arena_at = p, arena_end = p + got;
  }
  void *r = arena_at;
  arena_at += n;
  return r;
}

/* Before each block are 8 bytes, of which the first 4 say how large it is. */
static size_t arena_size(const void *p) { return ((const size_t *)p)[-2]; }

static void *arena_alloc(size_t n) {
  if (n > LARGE) {
    size_t *p = n < 0x7fffffff ? malloc(n + 8) : NULL;
    if (!p) return NULL;
    p[0] = n;
    return p + 2;
  }
  unsigned c = class_of(n ? n : 1);
  struct free_block *f = arena_free[c];
  if (f) { arena_free[c] = f->next; return f; }
  size_t s = size_of_class(c), *p = arena_cut(s + 8);
  if (!p) return NULL;
  p[0] = s;
  return p + 2;
}

static void arena_release(void *p) {
  size_t s = arena_size(p);
  if (s > LARGE) { free((size_t *)p - 2); return; }
  unsigned c = class_of(s);
  ((struct free_block *)p)->next = arena_free[c];
  arena_free[c] = p;
}

static void *arena_resize(void *p, size_t n) {
  size_t s = arena_size(p);
  if (n <= s && (s <= LARGE || n > s / 2)) return p;
  if (n > LARGE && s > LARGE) {
    size_t *q = n < 0x7fffffff ? realloc((size_t *)p - 2, n + 8) : NULL;
    if (!q) return NULL;
    q[0] = n;
    return q + 2;
  }
  void *q = arena_alloc(n);
  if (q) { memcpy(q, p, s < n ? s : n); arena_release(p); }
  return q;
}

static void arena_seal(void) {
  memset(arena_free, 0, sizeof arena_free);
  char *p = (char *)(((uintptr_t)arena_at + GRANULE - 1) & ~(uintptr_t)(GRANULE - 1));
  if (arena_end - p < (long)BLOCK / 2) {
    if (!(p = aligned_alloc(GRANULE, BLOCK))) return;
    arena_end = p + BLOCK;
  }
  arena_at = p;
}
