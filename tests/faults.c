/* Preloaded by the crash tests: counts the calls that make something durable below one folder, and at a chosen call
   kills the process, or makes the call fail; processes that it forks afterwards count along. Counts write, pwrite,
   writev, fwrite, sendfile, copy_file_range, ftruncate, fsync, fdatasync, rename. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/uio.h>
#include <unistd.h>

enum { COUNT, KILL, FAIL_ONCE, FAIL_FROM };

static char folder[PATH_MAX];
static size_t folder_length;
static int mode, fault_errno, log_fd = -1;
static long target;
static atomic_long *calls;
static pid_t armed;

void fault_arm(const char *below, int how, long n, int number, int log) {
    folder_length = strlen(below);
    memcpy(folder, below, folder_length + 1);
    mode = how, target = n, fault_errno = number, log_fd = log;
    armed = getpid();
    calls = mmap(NULL, sizeof *calls, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}

long fault_calls(void) { return atomic_load(calls); }

#define REAL(name) ({ static __typeof__(&name) real; if (!real) real = dlsym(RTLD_NEXT, #name); real; })

static int below(const char *path) { return folder_length && strncmp(path, folder, folder_length) == 0; }

static int is_ours(int fd, char *path) {
    char link[64];
    if (!folder_length || fd == log_fd) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return below(path);
}

static void note(const char *call, const char *path) {
    char line[PATH_MAX + 32];
    if (log_fd < 0) return;
    int length = snprintf(line, sizeof line, "%s %s\n", call, path);
    REAL(write)(log_fd, line, length);
}

/* 0: go on; 1: fail; 2: take half and die. */
static int due(const char *call, const char *path) {
    long n = atomic_fetch_add(calls, 1) + 1;
    note(call, path);
    if (mode == KILL && n == target) return 2;
    if ((mode == FAIL_ONCE && n == target) || (mode == FAIL_FROM && n >= target)) {
        errno = fault_errno;
        return 1;
    }
    return 0;
}

static void die(void) { kill(armed, SIGKILL); kill(getpid(), SIGKILL); for (;;) pause(); }

#define GUARD(call, fd, failed, half) do { char path[PATH_MAX]; \
    if (is_ours(fd, path)) switch (due(call, path)) { \
        case 1: return failed; \
        case 2: half; die(); } } while (0)

ssize_t write(int fd, const void *data, size_t size) {
    GUARD("write", fd, -1, REAL(write)(fd, data, size / 2));
    return REAL(write)(fd, data, size);
}
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) {
    GUARD("write", fd, -1, REAL(pwrite64)(fd, data, size / 2, at));
    return REAL(pwrite64)(fd, data, size, at);
}
ssize_t pwrite(int fd, const void *data, size_t size, off_t at) {
    GUARD("write", fd, -1, REAL(pwrite)(fd, data, size / 2, at));
    return REAL(pwrite)(fd, data, size, at);
}
ssize_t writev(int fd, const struct iovec *parts, int count) {
    GUARD("write", fd, -1, REAL(writev)(fd, parts, count > 1 ? count / 2 : 0));
    return REAL(writev)(fd, parts, count);
}
size_t fwrite(const void *data, size_t size, size_t count, FILE *file) {
    GUARD("write", fileno(file), 0, (REAL(fwrite)(data, size, count / 2, file), fflush(file)));
    return REAL(fwrite)(data, size, count, file);
}
ssize_t sendfile(int out, int in, off_t *at, size_t size) {
    GUARD("write", out, -1, REAL(sendfile)(out, in, at, 100));
    return REAL(sendfile)(out, in, at, size);
}
ssize_t sendfile64(int out, int in, off64_t *at, size_t size) {
    GUARD("write", out, -1, REAL(sendfile64)(out, in, at, 100));
    return REAL(sendfile64)(out, in, at, size);
}
ssize_t copy_file_range(int in, off64_t *in_at, int out, off64_t *out_at, size_t size, unsigned flags) {
    GUARD("write", out, -1, REAL(copy_file_range)(in, in_at, out, out_at, 100, flags));
    return REAL(copy_file_range)(in, in_at, out, out_at, size, flags);
}
int ftruncate(int fd, off_t size) {
    GUARD("write", fd, -1, REAL(ftruncate)(fd, size));
    return REAL(ftruncate)(fd, size);
}
int ftruncate64(int fd, off64_t size) {
    GUARD("write", fd, -1, REAL(ftruncate64)(fd, size));
    return REAL(ftruncate64)(fd, size);
}
int fsync(int fd) {
    GUARD("fsync", fd, -1, REAL(fsync)(fd));
    return REAL(fsync)(fd);
}
int fdatasync(int fd) {
    GUARD("fsync", fd, -1, REAL(fdatasync)(fd));
    return REAL(fdatasync)(fd);
}
static int renamed(const char *from, const char *to) {
    char path[2 * PATH_MAX];
    snprintf(path, sizeof path, "%s -> %s", from, to);
    return below(to) ? due("rename", path) : 0;
}
int rename(const char *from, const char *to) {
    int what = renamed(from, to);
    if (what == 1) return -1;
    int done = REAL(rename)(from, to);
    if (what == 2) die();
    return done;
}
