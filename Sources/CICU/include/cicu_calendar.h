// ICU's Chinese calendar behind a name that stays put. No ICU type stands here; see cicu.h.
#ifndef CICU_CALENDAR_H
#define CICU_CALENDAR_H
#include <stdint.h>

/// The day of Spring Festival (first day of the first month) in a Gregorian year, as days since 1970-01-01; INT32_MIN on
/// failure.
int32_t cicu_springFestival(int32_t year);

#endif
