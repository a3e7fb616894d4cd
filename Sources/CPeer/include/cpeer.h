// Who is at the other end of a Unix socket, as the kernel noted it at `connect`. SO_PEERCRED needs _GNU_SOURCE.
#ifndef CPEER_H
#define CPEER_H
#include <stdint.h>

/// What the kernel fills in for SO_PEERCRED (unix(7)).
typedef struct {
    int32_t pid;
    uint32_t uid;
    uint32_t gid;
} cpeer_credentials;

/// The option's name and level, for `getsockopt`.
extern const int32_t cpeer_level;
extern const int32_t cpeer_option;

#endif
