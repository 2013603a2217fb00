/// What Swift cannot ask of the machine by itself: a few calls, and no arithmetic.
#ifndef CPLATFORM_H
#define CPLATFORM_H

/// The features of x86-64-v3 that this processor lacks, as words with spaces between; empty if none.
///
/// On other architectures it is empty. The text lives as long as the process.
const char *platform_missing_features(void);

/// Asks the kernel to send this process a signal when its parent ends; 0 if it will.
///
/// Calls prctl(PR_SET_PDEATHSIG).
int platform_signal_when_parent_ends(int signal);

/// Gives all threads of this process the niceness of its parent; 0 if they have it now.
///
/// On Linux niceness belongs to threads: a new one has that of the thread that starts it, and a process may have been
/// started by a thread with another niceness than its parent's first, which is the one that `nice` and `renice` set.
int platform_take_niceness_of_parent(void);

/// Lets the kernel, when memory runs out, kill this process rather than its parent; 0 if it will.
///
/// Raises /proc/self/oom_score_adj by 500, which counts as half of all memory.
int platform_be_killed_first(void);

/// Ignores a signal from now on, or gives it back its default action.
void platform_ignore_signal(int signal);
void platform_default_signal(int signal);

/// Limits what this process may use from now on; 0 if it will hold, -1 if not.
///
/// Beyond `memory` bytes of address space allocations fail; after `processor` seconds of processor time or
/// `wall` seconds at all the process is killed by a signal. It can write no files and leaves no core dump.
/// Calls setrlimit and alarm.
int platform_confine(unsigned long memory, unsigned processor, unsigned wall);

/// New memory behind a file descriptor that is closed on exec, -1 if there is none.
///
/// Calls memfd_create.
int platform_make_memory(const char *name);

/// Forbids for good that such memory changes or is made shorter or longer; -1 if that cannot be.
int platform_seal(int descriptor);

/// Whether that is forbidden.
int platform_is_sealed(int descriptor);

/// Whether this thread keeps subnormal numbers: neither results nor operands are flushed to zero.
///
/// Reads MXCSR on x86-64 and FPCR on arm64.
int platform_keeps_subnormals(void);

/// The number of columns of the terminal behind a file descriptor, or 0 if it is not a terminal.
///
/// Calls ioctl(TIOCGWINSZ).
int platform_terminal_columns(int descriptor);

#endif
