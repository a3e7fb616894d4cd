// Cuts lines of text into words by ICU: what the peers that index words are given.
//
// Input:  a file of one document a line, named as the argument.
// Output: its words, a blank between them, a document a line; on stderr the seconds that cutting took (by the wall's
//         and by the processor's clock) and the bytes.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unicode/ubrk.h>
#include <unicode/uloc.h>
#include <unicode/ustring.h>

static double now(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

int main(int argc, char **argv) {
    FILE *in = argc > 1 ? fopen(argv[1], "r") : NULL;
    if (!in) {
        fprintf(stderr, "usage: icu_words FILE\n");
        return 2;
    }
    UErrorCode status = U_ZERO_ERROR;
    UBreakIterator *words = ubrk_open(UBRK_WORD, "zh", NULL, 0, &status);
    char *line = NULL, *out = NULL;
    UChar *units = NULL;
    size_t capacity = 0, room = 0, bytes = 0;
    ssize_t length;
    double seconds = 0, processor_seconds = 0;
    while ((length = getline(&line, &capacity, in)) >= 0) {
        if (length && line[length - 1] == '\n') length--;
        bytes += length;
        if ((size_t)length + 1 > room) {
            room = length * 2 + 64;
            units = realloc(units, room * sizeof(UChar));
            out = realloc(out, room * 5);
        }
        double start = now(CLOCK_MONOTONIC), processor_start = now(CLOCK_PROCESS_CPUTIME_ID);
        int32_t count = 0, written;
        status = U_ZERO_ERROR;
        u_strFromUTF8(units, room, &count, line, length, &status);
        ubrk_setText(words, units, count, &status);
        size_t n = 0;
        int32_t from = ubrk_first(words), to;
        while ((to = ubrk_next(words)) != UBRK_DONE) {
            if (ubrk_getRuleStatus(words) >= UBRK_WORD_NONE_LIMIT) {
                if (n) out[n++] = ' ';
                status = U_ZERO_ERROR;
                u_strToUTF8(out + n, room * 5 - n, &written, units + from, to - from, &status);
                n += written;
            }
            from = to;
        }
        seconds += now(CLOCK_MONOTONIC) - start;
        processor_seconds += now(CLOCK_PROCESS_CPUTIME_ID) - processor_start;
        out[n++] = '\n';
        fwrite(out, 1, n, stdout);
    }
    fprintf(stderr, "{\"seconds\":%.3f,\"processorSeconds\":%.3f,\"bytes\":%zu}\n", seconds, processor_seconds, bytes);
    return 0;
}
