#define _GNU_SOURCE
#include "cgnu.h"
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#if defined(__GLIBC__)
#include <malloc.h>
#endif
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

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

/// Addresses alone, on a border.
static char *placeLarge(size_t bytes, int protection) {
    char *all = mmap(NULL, bytes + CGNU_LARGE_PAGE, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (all == MAP_FAILED) return NULL;
    size_t before = -(uintptr_t)all & (CGNU_LARGE_PAGE - 1);
    if (before > 0) munmap(all, before);
    munmap(all + before + bytes, CGNU_LARGE_PAGE - before);
    return all + before;
}

void *cgnu_takeLarge(size_t bytes) {
    char *memory = placeLarge(bytes, PROT_READ | PROT_WRITE);
    if (memory != NULL) madvise(memory, bytes, MADV_HUGEPAGE);
    return memory;
}

void *cgnu_growLarge(void *memory, size_t bytes, size_t wanted) {
    if (mremap(memory, bytes, wanted, 0) != MAP_FAILED) return memory;
    char *place = placeLarge(wanted, PROT_NONE);
    if (place == NULL) return NULL;
    // In one piece, so that it can grow again.
    if (mremap(memory, bytes, wanted, MREMAP_MAYMOVE | MREMAP_FIXED, place) != MAP_FAILED) return place;
    munmap(place, wanted);
    return NULL;
}

void cgnu_giveLarge(void *memory, size_t bytes) { munmap(memory, bytes); }

/// Whether so much more could be taken now. Safe in a signal's handler.
static int isThere(size_t bytes) {
    void *probe = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (probe == MAP_FAILED) return 0;
    munmap(probe, bytes);
    return 1;
}

int cgnu_hasRoomForThreads(void) {
    struct rlimit space, data, stack;
    if (getrlimit(RLIMIT_AS, &space) != 0 || getrlimit(RLIMIT_DATA, &data) != 0 || getrlimit(RLIMIT_STACK, &stack) != 0) return 1;
    if (space.rlim_cur == RLIM_INFINITY && data.rlim_cur == RLIM_INFINITY) return 1;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    size_t each = stack.rlim_cur == RLIM_INFINITY ? CGNU_LARGE_PAGE : (size_t)stack.rlim_cur;
    // And room for what is done meanwhile: libdispatch may want a thread at any moment.
    return isThere((size_t)(cores < 1 ? 1 : cores) * each + ((size_t)256 << 20));
}

static const char *exhaustionNotice;
static const int fatalSignals[] = {SIGABRT, SIGILL, SIGTRAP};
static struct sigaction fatalBefore[3];

static void onFatal(int signal) {
    // What failed was at most the doubling of some table.
    if (!isThere((size_t)64 << 20)) {
        (void)!write(STDERR_FILENO, exhaustionNotice, strlen(exhaustionNotice));
        _exit(2);
    }
    for (int place = 0; place < 3; place++)
        if (fatalSignals[place] == signal) sigaction(signal, &fatalBefore[place], NULL);
    // Blocked until this returns.
    raise(signal);
}

void cgnu_tellExhaustion(const char *notice) {
    exhaustionNotice = notice;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = onFatal;
    for (int place = 0; place < 3; place++) sigaction(fatalSignals[place], &action, &fatalBefore[place]);
}

void cgnu_giveBackMemory(void) {
#if defined(__GLIBC__)
    malloc_trim(0);
#endif
}

void cgnu_beginWriting(int descriptor, size_t start, size_t count) {
    sync_file_range(descriptor, (off_t)start, (off_t)count, SYNC_FILE_RANGE_WRITE);
}

void cgnu_runWhenIdle(void) {
    const struct sched_param none = {0};
    sched_setscheduler(0, SCHED_IDLE, &none);
}
