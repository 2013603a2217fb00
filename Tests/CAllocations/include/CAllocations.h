// How often the calling thread has asked for memory.
#ifndef INERTIA_CALLOCATIONS_H
#define INERTIA_CALLOCATIONS_H

unsigned long allocations_of_this_thread(void);

#endif
