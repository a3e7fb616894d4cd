// Made by tools/list-profiles: the files of data/ as constants. Do not edit.
#include "cprofiles.h"
#pragma clang diagnostic ignored "-Wc23-extensions"
static const uint8_t text_S01[] = {
#embed "data/S01.yaml"
};
static const uint8_t text_S02[] = {
#embed "data/S02.yaml"
};
static const uint8_t text_S03[] = {
#embed "data/S03.yaml"
};
static const uint8_t text_S04[] = {
#embed "data/S04.yaml"
};
static const uint8_t text_S05[] = {
#embed "data/S05.yaml"
};
static const uint8_t text_S06[] = {
#embed "data/S06.yaml"
};
static const uint8_t text_S07[] = {
#embed "data/S07.yaml"
};
static const uint8_t text_S08[] = {
#embed "data/S08.yaml"
};
static const uint8_t text_S09[] = {
#embed "data/S09.yaml"
};
static const uint8_t text_S10[] = {
#embed "data/S10.yaml"
};
static const uint8_t text_S11[] = {
#embed "data/S11.yaml"
};
static const uint8_t text_S12[] = {
#embed "data/S12.yaml"
};
static const uint8_t text_S13[] = {
#embed "data/S13.yaml"
};
static const uint8_t text_S14[] = {
#embed "data/S14.yaml"
};
static const uint8_t text_S15[] = {
#embed "data/S15.yaml"
};
static const uint8_t text_S16[] = {
#embed "data/S16.yaml"
};
static const uint8_t text_S17[] = {
#embed "data/S17.yaml"
};
static const uint8_t text_S18[] = {
#embed "data/S18.yaml"
};
static const uint8_t text_S19[] = {
#embed "data/S19.yaml"
};
static const uint8_t text_S20[] = {
#embed "data/S20.yaml"
};
static const uint8_t text_S21[] = {
#embed "data/S21.yaml"
};
static const uint8_t text_S22[] = {
#embed "data/S22.yaml"
};
static const uint8_t text_S23[] = {
#embed "data/S23.yaml"
};
static const uint8_t text_S24[] = {
#embed "data/S24.yaml"
};
static const uint8_t text_S25[] = {
#embed "data/S25.yaml"
};
static const uint8_t text_S26[] = {
#embed "data/S26.yaml"
};
static const uint8_t text_S27[] = {
#embed "data/S27.yaml"
};
static const uint8_t text_S28[] = {
#embed "data/S28.yaml"
};
static const uint8_t text_S29[] = {
#embed "data/S29.yaml"
};
static const uint8_t text_S30[] = {
#embed "data/S30.yaml"
};
static const uint8_t text_S31[] = {
#embed "data/S31.yaml"
};
static const uint8_t text_S32[] = {
#embed "data/S32.yaml"
};
static const uint8_t text_S33[] = {
#embed "data/S33.yaml"
};
static const uint8_t text_S34[] = {
#embed "data/S34.yaml"
};
static const uint8_t text_S35[] = {
#embed "data/S35.yaml"
};
static const uint8_t text_S36[] = {
#embed "data/S36.yaml"
};
static const uint8_t text_S37[] = {
#embed "data/S37.yaml"
};
static const uint8_t text_S38[] = {
#embed "data/S38.yaml"
};
static const uint8_t text_S39[] = {
#embed "data/S39.yaml"
};
static const uint8_t text_S40[] = {
#embed "data/S40.yaml"
};
static const uint8_t text_S41[] = {
#embed "data/S41.yaml"
};
static const uint8_t text_S42[] = {
#embed "data/S42.yaml"
};
static const uint8_t text_S43[] = {
#embed "data/S43.yaml"
};
static const uint8_t text_S44[] = {
#embed "data/S44.yaml"
};
static const uint8_t text_S45[] = {
#embed "data/S45.yaml"
};
static const uint8_t text_S46[] = {
#embed "data/S46.yaml"
};
static const uint8_t text_S47[] = {
#embed "data/S47.yaml"
};
static const uint8_t text_S48[] = {
#embed "data/S48.yaml"
};
static const uint8_t text_S49[] = {
#embed "data/S49.yaml"
};
static const uint8_t text_S50[] = {
#embed "data/S50.yaml"
};
static const uint8_t text_S51[] = {
#embed "data/S51.yaml"
};
static const uint8_t text_S52[] = {
#embed "data/S52.yaml"
};
static const uint8_t text_S53[] = {
#embed "data/S53.yaml"
};
static const uint8_t text__base[] = {
#embed "data/_base.yaml"
};
static const uint8_t text__community[] = {
#embed "data/_community.yaml"
};
static const uint8_t text__company[] = {
#embed "data/_company.yaml"
};
static const uint8_t text__discipline[] = {
#embed "data/_discipline.yaml"
};
static const uint8_t text__government[] = {
#embed "data/_government.yaml"
};
static const uint8_t text__hotline[] = {
#embed "data/_hotline.yaml"
};
static const uint8_t text__labour[] = {
#embed "data/_labour.yaml"
};
static const uint8_t text__market[] = {
#embed "data/_market.yaml"
};
static const uint8_t text__staff[] = {
#embed "data/_staff.yaml"
};
static const uint8_t text_calendar[] = {
#embed "data/calendar.yaml"
};
static const uint8_t text_general[] = {
#embed "data/general.yaml"
};
static const struct { const char *name; const uint8_t *text; size_t count; } files[] = {
    {"S01", text_S01, sizeof text_S01},
    {"S02", text_S02, sizeof text_S02},
    {"S03", text_S03, sizeof text_S03},
    {"S04", text_S04, sizeof text_S04},
    {"S05", text_S05, sizeof text_S05},
    {"S06", text_S06, sizeof text_S06},
    {"S07", text_S07, sizeof text_S07},
    {"S08", text_S08, sizeof text_S08},
    {"S09", text_S09, sizeof text_S09},
    {"S10", text_S10, sizeof text_S10},
    {"S11", text_S11, sizeof text_S11},
    {"S12", text_S12, sizeof text_S12},
    {"S13", text_S13, sizeof text_S13},
    {"S14", text_S14, sizeof text_S14},
    {"S15", text_S15, sizeof text_S15},
    {"S16", text_S16, sizeof text_S16},
    {"S17", text_S17, sizeof text_S17},
    {"S18", text_S18, sizeof text_S18},
    {"S19", text_S19, sizeof text_S19},
    {"S20", text_S20, sizeof text_S20},
    {"S21", text_S21, sizeof text_S21},
    {"S22", text_S22, sizeof text_S22},
    {"S23", text_S23, sizeof text_S23},
    {"S24", text_S24, sizeof text_S24},
    {"S25", text_S25, sizeof text_S25},
    {"S26", text_S26, sizeof text_S26},
    {"S27", text_S27, sizeof text_S27},
    {"S28", text_S28, sizeof text_S28},
    {"S29", text_S29, sizeof text_S29},
    {"S30", text_S30, sizeof text_S30},
    {"S31", text_S31, sizeof text_S31},
    {"S32", text_S32, sizeof text_S32},
    {"S33", text_S33, sizeof text_S33},
    {"S34", text_S34, sizeof text_S34},
    {"S35", text_S35, sizeof text_S35},
    {"S36", text_S36, sizeof text_S36},
    {"S37", text_S37, sizeof text_S37},
    {"S38", text_S38, sizeof text_S38},
    {"S39", text_S39, sizeof text_S39},
    {"S40", text_S40, sizeof text_S40},
    {"S41", text_S41, sizeof text_S41},
    {"S42", text_S42, sizeof text_S42},
    {"S43", text_S43, sizeof text_S43},
    {"S44", text_S44, sizeof text_S44},
    {"S45", text_S45, sizeof text_S45},
    {"S46", text_S46, sizeof text_S46},
    {"S47", text_S47, sizeof text_S47},
    {"S48", text_S48, sizeof text_S48},
    {"S49", text_S49, sizeof text_S49},
    {"S50", text_S50, sizeof text_S50},
    {"S51", text_S51, sizeof text_S51},
    {"S52", text_S52, sizeof text_S52},
    {"S53", text_S53, sizeof text_S53},
    {"_base", text__base, sizeof text__base},
    {"_community", text__community, sizeof text__community},
    {"_company", text__company, sizeof text__company},
    {"_discipline", text__discipline, sizeof text__discipline},
    {"_government", text__government, sizeof text__government},
    {"_hotline", text__hotline, sizeof text__hotline},
    {"_labour", text__labour, sizeof text__labour},
    {"_market", text__market, sizeof text__market},
    {"_staff", text__staff, sizeof text__staff},
    {"calendar", text_calendar, sizeof text_calendar},
    {"general", text_general, sizeof text_general},
};
int32_t cprofiles_count(void) { return (int32_t)(sizeof files / sizeof files[0]); }
const char *cprofiles_name(int32_t place) {
    return place >= 0 && place < cprofiles_count() ? files[place].name : "";
}
const uint8_t *cprofiles_text(int32_t place, size_t *count) {
    if (place < 0 || place >= cprofiles_count()) return NULL;
    *count = files[place].count;
    return files[place].text;
}
