#define _GNU_SOURCE
#include "cpeer.h"
#include <sys/socket.h>

_Static_assert(sizeof(cpeer_credentials) == sizeof(struct ucred), "unix(7) says three 32-bit numbers");
const int32_t cpeer_level = SOL_SOCKET;
const int32_t cpeer_option = SO_PEERCRED;
