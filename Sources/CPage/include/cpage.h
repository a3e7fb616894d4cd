// The page that the service shows, embedded: data alone. `assets/` holds the files, cpage.c lists them (tools/list-page).
#ifndef CPAGE_H
#define CPAGE_H
#include <stddef.h>
#include <stdint.h>

int32_t cpage_count(void);
/// As in the address, such as `/` or `/app.css`.
const char *_Nonnull cpage_path(int32_t place);
/// The `Content-Type`, with the character set.
const char *_Nonnull cpage_type(int32_t place);
/// The bytes of a file, not ended by zero; NULL for a place that is none.
const uint8_t *_Nullable cpage_bytes(int32_t place, size_t *_Nonnull count);

#endif
