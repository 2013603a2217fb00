#define _GNU_SOURCE
#include "CPlatform.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/prctl.h>
#endif

#ifdef __x86_64__
#include <cpuid.h>
#include <xmmintrin.h>
#endif

const char *platform_missing_features(void) {
#ifdef __x86_64__
  static char missing[64];
  missing[0] = 0;
  unsigned a = 0, b = 0, c = 0, d = 0, extended = 0, leaf7 = 0, state = 0;
  if (__get_cpuid(1, &a, &b, &c, &d)) {
    // AVX may be used only if the system saves its registers (OSXSAVE, and XCR0 bits 1 and 2).
    if (c & bit_OSXSAVE) {
      unsigned high;
      __asm__ volatile("xgetbv" : "=a"(state), "=d"(high) : "c"(0));
    }
  }
  unsigned basic = c;
  if (__get_cpuid_count(7, 0, &a, &b, &c, &d)) leaf7 = b;
  if (__get_cpuid(0x80000001, &a, &b, &c, &d)) extended = c;
  if ((state & 6) != 6) leaf7 &= ~(unsigned)bit_AVX2;
  const struct { int present; const char *name; } features[] = {
      {(leaf7 & bit_AVX2) != 0, "AVX2 "},   {(basic & bit_FMA) != 0, "FMA "},
      {(leaf7 & bit_BMI) != 0, "BMI1 "},    {(leaf7 & bit_BMI2) != 0, "BMI2 "},
      {(basic & bit_F16C) != 0, "F16C "},   {(extended & bit_LZCNT) != 0, "LZCNT "},
      {(basic & bit_MOVBE) != 0, "MOVBE "},
  };
  for (unsigned i = 0; i < sizeof features / sizeof *features; i++)
    if (!features[i].present) strcat(missing, features[i].name);
  if (missing[0]) missing[strlen(missing) - 1] = 0;
  return missing;
#else
  return "";
#endif
}

int platform_signal_when_parent_ends(int signal) {
#ifdef __linux__
  return prctl(PR_SET_PDEATHSIG, signal);
#else
  (void)signal;
  return -1;
#endif
}

int platform_take_niceness_of_parent(void) {
  errno = 0;
  int niceness = getpriority(PRIO_PROCESS, (id_t)getppid());
  if (niceness == -1 && errno != 0) return -1;
  DIR *threads = opendir("/proc/self/task");
  if (!threads) return setpriority(PRIO_PROCESS, 0, niceness);
  int result = 0;
  for (struct dirent *thread; (thread = readdir(threads));) {
    int number = atoi(thread->d_name);
    if (number > 0 && setpriority(PRIO_PROCESS, (id_t)number, niceness) != 0) result = -1;
  }
  closedir(threads);
  return result;
}

int platform_be_killed_first(void) {
  FILE *file = fopen("/proc/self/oom_score_adj", "r+e");
  if (!file) return -1;
  int score = 0, result = -1;
  if (fscanf(file, "%d", &score) == 1) {
    rewind(file);
    result = fprintf(file, "%d", score > 500 ? 1000 : score + 500);
  }
  return fclose(file) == 0 && result > 0 ? 0 : -1;
}

void platform_ignore_signal(int number) { signal(number, SIG_IGN); }
void platform_default_signal(int number) { signal(number, SIG_DFL); }

static int limit(int resource, unsigned long most) {
  struct rlimit bounds = {most, most};
  return setrlimit(resource, &bounds);
}

int platform_confine(unsigned long memory, unsigned processor, unsigned wall) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGALRM);
  sigaddset(&signals, SIGXCPU);
  if (sigprocmask(SIG_UNBLOCK, &signals, NULL) != 0) return -1;
  signal(SIGALRM, SIG_DFL);
  signal(SIGXCPU, SIG_DFL);
  alarm(wall);
  return limit(RLIMIT_AS, memory) | limit(RLIMIT_CPU, processor) | limit(RLIMIT_FSIZE, 0) |
         limit(RLIMIT_CORE, 0);
}

int platform_make_memory(const char *name) {
  return memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
}

static const int seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;

int platform_seal(int descriptor) { return fcntl(descriptor, F_ADD_SEALS, seals); }
int platform_is_sealed(int descriptor) { return fcntl(descriptor, F_GET_SEALS) == seals; }

int platform_keeps_subnormals(void) {
#ifdef __x86_64__
  return (_mm_getcsr() & 0x8040) == 0;
#elif defined(__aarch64__)
  uint64_t control;
  __asm__ volatile("mrs %0, fpcr" : "=r"(control));
  return (control & (1u << 24)) == 0;
#else
  return 1;
#endif
}

int platform_terminal_columns(int descriptor) {
  struct winsize size;
  if (!isatty(descriptor)) return 0;
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}
