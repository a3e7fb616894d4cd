// Made by tools/list-page: the files of assets/ as constants. Do not edit.
#include "cpage.h"
#pragma clang diagnostic ignored "-Wc23-extensions"
static const uint8_t file_0[] = {
#embed "assets/app.css"
};
static const uint8_t file_1[] = {
#embed "assets/dark.css"
};
static const uint8_t file_2[] = {
#embed "assets/icon.svg"
};
static const uint8_t file_3[] = {
#embed "assets/index.html"
};
static const uint8_t file_4[] = {
#embed "assets/js/api.js"
};
static const uint8_t file_5[] = {
#embed "assets/js/app.js"
};
static const uint8_t file_6[] = {
#embed "assets/js/candidates.js"
};
static const uint8_t file_7[] = {
#embed "assets/js/cases.js"
};
static const uint8_t file_8[] = {
#embed "assets/js/charts.js"
};
static const uint8_t file_9[] = {
#embed "assets/js/complete.js"
};
static const uint8_t file_10[] = {
#embed "assets/js/dom.js"
};
static const uint8_t file_11[] = {
#embed "assets/js/filter-form.js"
};
static const uint8_t file_12[] = {
#embed "assets/js/help.js"
};
static const uint8_t file_13[] = {
#embed "assets/js/import.js"
};
static const uint8_t file_14[] = {
#embed "assets/js/intake.js"
};
static const uint8_t file_15[] = {
#embed "assets/js/matters.js"
};
static const uint8_t file_16[] = {
#embed "assets/js/parts.js"
};
static const uint8_t file_17[] = {
#embed "assets/js/query-problem.js"
};
static const uint8_t file_18[] = {
#embed "assets/js/record-actions.js"
};
static const uint8_t file_19[] = {
#embed "assets/js/record.js"
};
static const uint8_t file_20[] = {
#embed "assets/js/reports.js"
};
static const uint8_t file_21[] = {
#embed "assets/js/route.js"
};
static const uint8_t file_22[] = {
#embed "assets/js/search.js"
};
static const uint8_t file_23[] = {
#embed "assets/js/timeline.js"
};
static const uint8_t file_24[] = {
#embed "assets/js/trends.js"
};
static const uint8_t file_25[] = {
#embed "assets/js/words.js"
};
static const struct { const char *path; const char *type; const uint8_t *bytes; size_t count; } files[] = {
    {"/app.css", "text/css; charset=utf-8", file_0, sizeof file_0},
    {"/dark.css", "text/css; charset=utf-8", file_1, sizeof file_1},
    {"/icon.svg", "image/svg+xml", file_2, sizeof file_2},
    {"/", "text/html; charset=utf-8", file_3, sizeof file_3},
    {"/js/api.js", "text/javascript; charset=utf-8", file_4, sizeof file_4},
    {"/js/app.js", "text/javascript; charset=utf-8", file_5, sizeof file_5},
    {"/js/candidates.js", "text/javascript; charset=utf-8", file_6, sizeof file_6},
    {"/js/cases.js", "text/javascript; charset=utf-8", file_7, sizeof file_7},
    {"/js/charts.js", "text/javascript; charset=utf-8", file_8, sizeof file_8},
    {"/js/complete.js", "text/javascript; charset=utf-8", file_9, sizeof file_9},
    {"/js/dom.js", "text/javascript; charset=utf-8", file_10, sizeof file_10},
    {"/js/filter-form.js", "text/javascript; charset=utf-8", file_11, sizeof file_11},
    {"/js/help.js", "text/javascript; charset=utf-8", file_12, sizeof file_12},
    {"/js/import.js", "text/javascript; charset=utf-8", file_13, sizeof file_13},
    {"/js/intake.js", "text/javascript; charset=utf-8", file_14, sizeof file_14},
    {"/js/matters.js", "text/javascript; charset=utf-8", file_15, sizeof file_15},
    {"/js/parts.js", "text/javascript; charset=utf-8", file_16, sizeof file_16},
    {"/js/query-problem.js", "text/javascript; charset=utf-8", file_17, sizeof file_17},
    {"/js/record-actions.js", "text/javascript; charset=utf-8", file_18, sizeof file_18},
    {"/js/record.js", "text/javascript; charset=utf-8", file_19, sizeof file_19},
    {"/js/reports.js", "text/javascript; charset=utf-8", file_20, sizeof file_20},
    {"/js/route.js", "text/javascript; charset=utf-8", file_21, sizeof file_21},
    {"/js/search.js", "text/javascript; charset=utf-8", file_22, sizeof file_22},
    {"/js/timeline.js", "text/javascript; charset=utf-8", file_23, sizeof file_23},
    {"/js/trends.js", "text/javascript; charset=utf-8", file_24, sizeof file_24},
    {"/js/words.js", "text/javascript; charset=utf-8", file_25, sizeof file_25},
};
int32_t cpage_count(void) { return (int32_t)(sizeof files / sizeof files[0]); }
static int is_place(int32_t place) { return place >= 0 && place < cpage_count(); }
const char *cpage_path(int32_t place) { return is_place(place) ? files[place].path : ""; }
const char *cpage_type(int32_t place) { return is_place(place) ? files[place].type : ""; }
const uint8_t *cpage_bytes(int32_t place, size_t *count) {
    if (!is_place(place)) return NULL;
    *count = files[place].count;
    return files[place].bytes;
}
