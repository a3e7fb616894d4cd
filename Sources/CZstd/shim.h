#include <zstd.h>
// The trainer that is told its parameters.
#define ZDICT_STATIC_LINKING_ONLY
#include <zdict.h>
