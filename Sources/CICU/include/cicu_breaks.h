// What ICU breaks words by: its compiled rules and its dictionary of Chinese words. No ICU type stands here; see cicu.h.
#ifndef CICU_BREAKS_H
#define CICU_BREAKS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "cicu_words.h"

/// Copies the compiled rules of `words` (an RBBIDataHeader and what follows it) into `rules`. Returns the length
/// needed, which may exceed `capacity`, or -1 on failure.
int32_t cicu_breakRules(cicu_words *_Nonnull words, uint8_t *_Nullable rules, int32_t capacity);

/// ICU's dictionary of Chinese and Japanese words, mapped by ICU: eight int32, then what they describe.
typedef struct cicu_dictionary cicu_dictionary;
cicu_dictionary *_Nullable cicu_openDictionary(void);
const int32_t *_Nonnull cicu_dictionaryStart(const cicu_dictionary *_Nonnull dictionary);
void cicu_closeDictionary(cicu_dictionary *_Nullable dictionary);

/// A code point map (UCPTrie) serialised in `bytes`, which must outlive it.
typedef struct cicu_codePointMap cicu_codePointMap;
cicu_codePointMap *_Nullable cicu_openCodePointMap(const void *_Nonnull bytes, int32_t length);
uint32_t cicu_mappedValue(const cicu_codePointMap *_Nonnull map, uint32_t codePoint);
void cicu_closeCodePointMap(cicu_codePointMap *_Nullable map);

/// True for a Han character that NFKC leaves alone wherever it stands.
bool cicu_isPlainHan(uint32_t codePoint);

/// True when ICU has an engine of its own for the script of `codePoint`. A character of no script with an engine that
/// asks for one makes an iterator treat later characters of that script otherwise.
bool cicu_hasBreakEngine(uint32_t codePoint);

#endif
