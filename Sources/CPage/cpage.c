// The files of assets/ as constants, in a table: path, content type, bytes.
#include "cpage.h"
#pragma clang diagnostic ignored "-Wc23-extensions"

static const uint8_t index_html[] = {
#embed "assets/index.html"
};

static const struct {
    const char *path, *type, *tag;
    const uint8_t *bytes;
    size_t count;
} files[] = {
    {"/", "text/html; charset=utf-8", "\"0\"", index_html, sizeof index_html},
};

int32_t cpage_count(void) { return (int32_t)(sizeof files / sizeof files[0]); }
const char *cpage_path(int32_t place) { return files[place].path; }
const char *cpage_type(int32_t place) { return files[place].type; }
const char *cpage_tag(int32_t place) { return files[place].tag; }

const uint8_t *cpage_bytes(int32_t place, size_t *count) {
    if (place < 0 || place >= cpage_count()) return NULL;
    *count = files[place].count;
    return files[place].bytes;
}
