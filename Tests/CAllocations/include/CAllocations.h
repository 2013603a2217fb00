// How often a thread asks for memory and retains objects.
#ifndef INERTIA_CALLOCATIONS_H
#define INERTIA_CALLOCATIONS_H

// How often the calling thread has asked for memory.
unsigned long allocations_of_this_thread(void);

// How often the calling thread has retained a Swift object.
unsigned long retains_of_this_thread(void);

#endif
