#define _GNU_SOURCE
#include "cgnu.h"
#include <string.h>

const void *cgnu_find(const void *text, size_t textCount, const void *needle, size_t needleCount) {
    return memmem(text, textCount, needle, needleCount);
}
