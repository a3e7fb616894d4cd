#define _GNU_SOURCE
#include "cgnu.h"
#include <errno.h>
#include <fcntl.h>
#if defined(__GLIBC__)
#include <malloc.h>
#endif
#include <stdio.h>
#include <string.h>

const void *cgnu_find(const void *text, size_t textCount, const void *needle, size_t needleCount) {
    return memmem(text, textCount, needle, needleCount);
}

int cgnu_exchange(const char *a, const char *b) {
    return renameat2(AT_FDCWD, a, AT_FDCWD, b, RENAME_EXCHANGE) == 0 ? 0 : errno;
}

int cgnu_giveBack(int descriptor, size_t start, size_t count) {
    return fallocate(descriptor, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)start, (off_t)count) == 0 ? 0 : errno;
}

int cgnu_reserve(int descriptor, size_t start, size_t count) {
    return fallocate(descriptor, FALLOC_FL_KEEP_SIZE, (off_t)start, (off_t)count) == 0 ? 0 : errno;
}

void cgnu_limitArenas(int count) {
#if defined(__GLIBC__)
    mallopt(M_ARENA_MAX, count);
#endif
}
