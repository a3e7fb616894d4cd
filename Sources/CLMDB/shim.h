#include <lmdb.h>
// LMDB must know its file system; Swift's Glibc module lacks these two headers.
#include <sys/sysmacros.h>
#include <sys/vfs.h>
