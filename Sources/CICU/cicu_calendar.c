#include "cicu_calendar.h"
#include <unicode/ucal.h>
#include <unicode/ustring.h>

int32_t cicu_springFestival(int32_t year) {
    static const UChar zone[] = {'A', 's', 'i', 'a', '/', 'S', 'h', 'a', 'n', 'g', 'h', 'a', 'i', 0};
    UErrorCode status = U_ZERO_ERROR;
    UCalendar *western = ucal_open(zone, -1, "zh@calendar=gregorian", UCAL_TRADITIONAL, &status);
    UCalendar *chinese = ucal_open(zone, -1, "zh@calendar=chinese", UCAL_TRADITIONAL, &status);
    int32_t found = INT32_MIN;
    if (U_SUCCESS(status)) {
        // It falls on one of the days from 21 January to 21 February.
        for (int32_t offset = 0; offset < 33 && found == INT32_MIN; offset++) {
            ucal_clear(western);
            ucal_setDateTime(western, year, UCAL_JANUARY, 20 + offset, 12, 0, 0, &status);
            UDate noon = ucal_getMillis(western, &status);
            ucal_setMillis(chinese, noon, &status);
            if (ucal_get(chinese, UCAL_MONTH, &status) == 0 && ucal_get(chinese, UCAL_DATE, &status) == 1 &&
                ucal_get(chinese, UCAL_IS_LEAP_MONTH, &status) == 0) {
                double days = (noon + 8 * 3600e3) / 86400e3;
                found = (int32_t)(days >= 0 ? days : days - 1);
            }
            if (U_FAILURE(status)) break;
        }
    }
    ucal_close(western);
    ucal_close(chinese);
    return U_SUCCESS(status) ? found : INT32_MIN;
}
