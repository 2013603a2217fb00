/* What GCC's unwinder asks of glibc 2.35 and later, in terms of what every glibc has: so the program of a bundle runs
   on older ones. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <string.h>

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
