#include <zstd.h>
// For the trainer whose parameters are the caller's.
#define ZDICT_STATIC_LINKING_ONLY
#include <zdict.h>
