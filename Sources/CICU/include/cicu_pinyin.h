// How Han characters are read, made from ICU and committed as C because the Swift compiler is slow on large literals.
#ifndef CICU_PINYIN_H
#define CICU_PINYIN_H
#include <stdint.h>

/// Number of the syllable that a character is usually read as; 0 for none.
uint16_t cicu_usualReading(uint16_t unit);

/// Characters that are read otherwise at the head of a name: 单 is shan, 仇 is qiu.
int32_t cicu_nameReadingCount(void);
uint16_t cicu_nameReadingUnit(int32_t place);
uint16_t cicu_nameReading(int32_t place);

/// Syllables, numbered from 1 on, in small letters without tones; 0 is the empty one.
int32_t cicu_syllableCount(void);
const char *_Nonnull cicu_syllable(int32_t number);

#endif
