// The description of the service's interface (OpenAPI 3.1) as a constant: openapi.json.
#ifndef COPENAPI_H
#define COPENAPI_H
#include <stddef.h>
#include <stdint.h>

const uint8_t *_Nonnull copenapi_bytes(size_t *_Nonnull count);

#endif
