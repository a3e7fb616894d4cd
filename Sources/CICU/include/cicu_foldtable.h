// The folding table as compressed bytes, committed as C because the Swift compiler is slow on large literals.
#ifndef CICU_FOLDTABLE_H
#define CICU_FOLDTABLE_H
#include <stdint.h>

/// Constant bytes, made by tools/make-fold-table from the ICU named at the head of cicu_foldtable.c.
const uint8_t *_Nonnull cicu_foldTableStart(void);
int32_t cicu_foldTableLength(void);

#endif
