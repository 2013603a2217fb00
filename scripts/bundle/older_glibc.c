/* What the program asks of glibc 2.35 and later, in terms of what 2.34 has: so the program of a bundle runs on older
   ones. The unwinder asks for _dl_find_object, Swift's libraries for arc4random and hypot. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

struct search {
  ElfW(Addr) address;
  struct dl_find_object *found;
};

static int look(struct dl_phdr_info *object, size_t size, void *context) {
  struct search *search = context;
  const ElfW(Phdr) *frames = NULL, *segment = NULL;
  (void)size;
  for (int i = 0; i < object->dlpi_phnum; i++) {
    const ElfW(Phdr) *header = &object->dlpi_phdr[i];
    if (header->p_type == PT_GNU_EH_FRAME) frames = header;
    if (header->p_type == PT_LOAD
        && search->address - (object->dlpi_addr + header->p_vaddr) < header->p_memsz)
      segment = header;
  }
  if (!segment || !frames) return 0;
  search->found->dlfo_map_start = (void *)(object->dlpi_addr + segment->p_vaddr);
  search->found->dlfo_map_end =
      (void *)(object->dlpi_addr + segment->p_vaddr + segment->p_memsz);
  search->found->dlfo_eh_frame = (void *)(object->dlpi_addr + frames->p_vaddr);
  return 1;
}

int _dl_find_object(void *address, struct dl_find_object *found) {
  struct search search = {(ElfW(Addr))address, found};
  memset(found, 0, sizeof *found);
  return dl_iterate_phdr(look, &search) ? 0 : -1;
}

uint32_t arc4random(void) {
  uint32_t number;
  if (getrandom(&number, sizeof number, 0) != sizeof number) abort();
  return number;
}

/* The versions before 2.35 differ in errno alone. */
double first_hypot(double x, double y);
float first_hypotf(float x, float y);
__asm__(".symver first_hypot, hypot@GLIBC_2.2.5");
__asm__(".symver first_hypotf, hypotf@GLIBC_2.2.5");

double hypot(double x, double y) { return first_hypot(x, y); }

float hypotf(float x, float y) { return first_hypotf(x, y); }
