// ICU behind names that stay put: ICU renames every function in each release, and its types clash with
// Foundation's, so no ICU type stands in this header.
#ifndef CICU_H
#define CICU_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "cicu_calendar.h"
#include "cicu_converter.h"

/// Version of the ICU library in use, as "72.1"; and of its Unicode data, as "15.0".
const char *_Nonnull cicu_version(void);
const char *_Nonnull cicu_unicodeVersion(void);

#endif
