// Square roots of eight numbers as one instruction or two: Swift's own are calls to the C library, one a lane.
// They are correctly rounded either way, and there is nothing here that a compiler could contract.
#ifndef INERTIA_CVECTORS_H
#define INERTIA_CVECTORS_H

typedef float cvectors_float8 __attribute__((ext_vector_type(8)));
typedef double cvectors_double8 __attribute__((ext_vector_type(8)));

static inline __attribute__((always_inline)) cvectors_float8 cvectors_sqrt_float8(cvectors_float8 x) {
  return __builtin_elementwise_sqrt(x);
}

static inline __attribute__((always_inline)) cvectors_double8 cvectors_sqrt_double8(cvectors_double8 x) {
  return __builtin_elementwise_sqrt(x);
}

#endif
