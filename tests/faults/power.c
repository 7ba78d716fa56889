/* Notes every write, truncation, sync, creation and deletion under $POWER_FOLDER in $POWER_LOG,
 * in the order they happened, and passes them on. Loaded before the C library (LD_PRELOAD). */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static int out = -2;
static char mine[65536];

static const char *folder(void) {
    const char *named = getenv("POWER_FOLDER");
    return named ? named : "\1";
}

static void note(char what, int fd, int64_t place, int64_t size, const void *bytes, int64_t held) {
    struct { char what; char pad[3]; int32_t fd; int64_t place, size, held; } head =
        {what, {0, 0, 0}, fd, place, size, held};
    if (out == -2)
        out = syscall(SYS_openat, AT_FDCWD, getenv("POWER_LOG"), O_WRONLY | O_CREAT | O_APPEND, 0600);
    syscall(SYS_write, out, &head, sizeof head);
    if (held > 0)
        syscall(SYS_write, out, bytes, held);
}

static int ours(int fd) { return fd >= 0 && fd < (int)sizeof mine && mine[fd]; }

static int opened(int fd, const char *path, int flags) {
    if (fd >= 0 && fd < (int)sizeof mine) {
        mine[fd] = strncmp(path, folder(), strlen(folder())) == 0;
        if (mine[fd]) {
            pthread_mutex_lock(&turn);
            note('O', fd, flags & O_CREAT ? 1 : 0, flags & O_TRUNC ? 1 : 0, path, strlen(path));
            pthread_mutex_unlock(&turn);
        }
    }
    return fd;
}

#define OPEN(name)                                                          \
    int name(const char *path, int flags, ...) {                            \
        static int (*real)(const char *, int, ...);                         \
        if (!real) real = dlsym(RTLD_NEXT, #name);                          \
        va_list more; va_start(more, flags);                                \
        int mode = flags & O_CREAT ? va_arg(more, int) : 0; va_end(more);   \
        return opened(real(path, flags, mode), path, flags);                \
    }
OPEN(open)
OPEN(open64)

/* The note is made before the bytes go, and for a sync after it came back: what is noted as safe is. */
#define WRITE(name, kind)                                                                       \
    ssize_t name(int fd, const void *bytes, size_t size, kind place) {                          \
        static ssize_t (*real)(int, const void *, size_t, kind);                                \
        if (!real) real = dlsym(RTLD_NEXT, #name);                                              \
        if (ours(fd)) { pthread_mutex_lock(&turn); note('W', fd, place, size, bytes, size);     \
                        pthread_mutex_unlock(&turn); }                                          \
        return real(fd, bytes, size, place);                                                    \
    }
WRITE(pwrite, off_t)
WRITE(pwrite64, off64_t)

ssize_t write(int fd, const void *bytes, size_t size) {
    static ssize_t (*real)(int, const void *, size_t);
    if (!real) real = dlsym(RTLD_NEXT, "write");
    if (ours(fd)) {
        pthread_mutex_lock(&turn);
        note('A', fd, 0, size, bytes, size);
        pthread_mutex_unlock(&turn);
    }
    return real(fd, bytes, size);
}

#define CUT(name, kind)                                                                         \
    int name(int fd, kind size) {                                                               \
        static int (*real)(int, kind);                                                          \
        if (!real) real = dlsym(RTLD_NEXT, #name);                                              \
        if (ours(fd)) { pthread_mutex_lock(&turn); note('T', fd, 0, size, 0, 0);                \
                        pthread_mutex_unlock(&turn); }                                          \
        return real(fd, size);                                                                  \
    }
CUT(ftruncate, off_t)
CUT(ftruncate64, off64_t)

#define SYNC(name)                                                                              \
    int name(int fd) {                                                                          \
        static int (*real)(int);                                                                \
        if (!real) real = dlsym(RTLD_NEXT, #name);                                              \
        if (ours(fd)) { pthread_mutex_lock(&turn); note('B', fd, 0, 0, 0, 0);                   \
                        pthread_mutex_unlock(&turn); }                                          \
        int result = real(fd);                                                                  \
        if (ours(fd)) { pthread_mutex_lock(&turn); note('S', fd, 0, 0, 0, 0);                   \
                        pthread_mutex_unlock(&turn); }                                          \
        return result;                                                                          \
    }
SYNC(fsync)
SYNC(fdatasync)

int unlink(const char *path) {
    static int (*real)(const char *);
    if (!real) real = dlsym(RTLD_NEXT, "unlink");
    if (strncmp(path, folder(), strlen(folder())) == 0) {
        pthread_mutex_lock(&turn);
        note('U', -1, 0, 0, path, strlen(path));
        pthread_mutex_unlock(&turn);
    }
    return real(path);
}
