#define _GNU_SOURCE
#include "CAllocations.h"

#include <dlfcn.h>
#include <errno.h>
#include <stddef.h>

// glibc's own, which these functions stand in for in the whole process.
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

// With the initial-exec model, reaching the counter allocates nothing.
static __thread __attribute__((tls_model("initial-exec"))) unsigned long count;

unsigned long allocations_of_this_thread(void) { return count; }

void *malloc(size_t size) {
  count++;
  return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
  count++;
  return __libc_calloc(number, size);
}

void *realloc(void *address, size_t size) {
  count++;
  return __libc_realloc(address, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
  count++;
  return __libc_memalign(alignment, size);
}

int posix_memalign(void **address, size_t alignment, size_t size) {
  count++;
  *address = __libc_memalign(alignment, size);
  return *address ? 0 : ENOMEM;
}

static __thread __attribute__((tls_model("initial-exec"))) unsigned long retains;

unsigned long retains_of_this_thread(void) { return retains; }

// Stands in for the Swift runtime's own in what this program's code calls.
void *swift_retain(void *object) {
  static void *(*runtimes)(void *);
  if (!runtimes) runtimes = (void *(*)(void *))dlsym(RTLD_NEXT, "swift_retain");
  retains++;
  return runtimes(object);
}
