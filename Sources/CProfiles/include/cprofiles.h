// The profiles and the calendar that the program ships, as texts. Data alone: `data/` holds them, this file counts them.
#ifndef CPROFILES_H
#define CPROFILES_H
#include <stddef.h>
#include <stdint.h>

int32_t cprofiles_count(void);
/// File name without `.yaml`.
const char *_Nonnull cprofiles_name(int32_t place);
/// The bytes of a file, not ended by zero; NULL for a place that is none.
const uint8_t *_Nullable cprofiles_text(int32_t place, size_t *_Nonnull count);

#endif
