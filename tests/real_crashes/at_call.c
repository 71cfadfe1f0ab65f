/* Kills the program that it is preloaded into right before the n-th call that changes something outside: files, and what
   is sent to others and to standard output. Counted over all threads, which strace's injection is not: it counts each
   thread by itself, so what one thread does early hides behind another's calls.

   HALLWAY_CRASH_AT is n; HALLWAY_CRASH_NOTE names a file that is told which call it was. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_long left;

__attribute__((constructor)) static void begin(void) {
  const char *at = getenv("HALLWAY_CRASH_AT");
  atomic_store(&left, at ? atol(at) : 0);
}

static void die(const char *call, const char *what) {
  const char *note = getenv("HALLWAY_CRASH_NOTE");
  if (note) {
    int fd = (int)syscall(SYS_openat, AT_FDCWD, note, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    char line[512];
    int length = snprintf(line, sizeof line, "%s %s\n", call, what);
    if (length > 0) syscall(SYS_write, fd, line, (size_t)length);
  }
  syscall(SYS_kill, getpid(), SIGKILL);
  for (;;) pause();
}

static int is_last(void) { return atomic_load(&left) > 0 && atomic_fetch_sub(&left, 1) == 1; }

static void at_path(const char *call, const char *path) {
  if (is_last()) die(call, path);
}

/* What only wakes a thread of our own changes nothing outside: eventfd has none of these kinds. */
static void at_fd(const char *call, int fd) {
  struct stat about;
  if (atomic_load(&left) <= 0 || fstat(fd, &about) != 0) return;
  int outside = S_ISREG(about.st_mode) || S_ISDIR(about.st_mode) || S_ISSOCK(about.st_mode) || S_ISFIFO(about.st_mode);
  if (!outside || !is_last()) return;
  char link[64], path[256];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  path[length > 0 ? length : 0] = 0;
  die(call, path);
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#define ON_FD(result, name, parameters, arguments) \
  result name parameters {                         \
    static __typeof__(&name) next;                 \
    if (!next) next = NEXT(name);                  \
    at_fd(#name, fd);                              \
    return next arguments;                         \
  }

#define ON_PATH(result, name, parameters, arguments) \
  result name parameters {                           \
    static __typeof__(&name) next;                   \
    if (!next) next = NEXT(name);                    \
    at_path(#name, path);                            \
    return next arguments;                           \
  }

ON_FD(ssize_t, write, (int fd, const void *bytes, size_t size), (fd, bytes, size))
ON_FD(ssize_t, pwrite, (int fd, const void *bytes, size_t size, off_t at), (fd, bytes, size, at))
ON_FD(ssize_t, pwrite64, (int fd, const void *bytes, size_t size, off64_t at), (fd, bytes, size, at))
ON_FD(ssize_t, writev, (int fd, const struct iovec *parts, int count), (fd, parts, count))
ON_FD(ssize_t, send, (int fd, const void *bytes, size_t size, int flags), (fd, bytes, size, flags))
ON_FD(ssize_t, sendmsg, (int fd, const struct msghdr *message, int flags), (fd, message, flags))
ON_FD(int, fsync, (int fd), (fd))
ON_FD(int, fdatasync, (int fd), (fd))
ON_FD(int, ftruncate, (int fd, off_t size), (fd, size))
ON_FD(int, ftruncate64, (int fd, off64_t size), (fd, size))
ON_FD(int, posix_fallocate, (int fd, off_t at, off_t size), (fd, at, size))
ON_PATH(int, mkdir, (const char *path, mode_t mode), (path, mode))
ON_PATH(int, unlink, (const char *path), (path))
ON_PATH(int, unlinkat, (int folder, const char *path, int flags), (folder, path, flags))
ON_PATH(int, rename, (const char *path, const char *to), (path, to))
ON_PATH(int, renameat, (int folder, const char *path, int other, const char *to), (folder, path, other, to))
ON_PATH(int, link, (const char *path, const char *to), (path, to))
ON_PATH(int, linkat, (int folder, const char *path, int other, const char *to, int flags),
        (folder, path, other, to, flags))

#define OPENING(name)                              \
  int name(const char *path, int flags, ...) {     \
    static __typeof__(&name) next;                 \
    if (!next) next = NEXT(name);                  \
    va_list more;                                  \
    va_start(more, flags);                         \
    mode_t mode = va_arg(more, mode_t);            \
    va_end(more);                                  \
    if (flags & (O_CREAT | O_TRUNC)) at_path(#name, path); \
    return next(path, flags, mode);                \
  }

OPENING(open)
OPENING(open64)

#define OPENING_AT(name)                                    \
  int name(int folder, const char *path, int flags, ...) {  \
    static __typeof__(&name) next;                          \
    if (!next) next = NEXT(name);                           \
    va_list more;                                           \
    va_start(more, flags);                                  \
    mode_t mode = va_arg(more, mode_t);                     \
    va_end(more);                                           \
    if (flags & (O_CREAT | O_TRUNC)) at_path(#name, path);  \
    return next(folder, path, flags, mode);                 \
  }

OPENING_AT(openat)
OPENING_AT(openat64)
