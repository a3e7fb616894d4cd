#include "copenapi.h"
#pragma clang diagnostic ignored "-Wc23-extensions"

static const uint8_t document[] = {
#embed "openapi.json"
};

const uint8_t *copenapi_bytes(size_t *count) {
    *count = sizeof document;
    return document;
}
