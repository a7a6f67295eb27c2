// SPDX-License-Identifier: Apache-2.0
//
// Files, directories and mappings.

#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

_Static_assert(CLINUX_CWD == AT_FDCWD, "one number for the working directory");

int clinux_open(int directory, const char *path, int flags, uint32_t mode) {
    int how = O_CLOEXEC | (flags & CLINUX_READ_WRITE ? O_RDWR : O_RDONLY) |
              (flags & CLINUX_CREATE_NEW ? O_CREAT | O_EXCL : 0) |
              (flags & CLINUX_DIRECTORY ? O_DIRECTORY : 0) |
              (flags & CLINUX_NO_FOLLOW ? O_NOFOLLOW : 0);
    int fd;
    do {
        fd = openat(directory, path, how, (mode_t)mode);
    } while (fd < 0 && errno == EINTR);
    return fd < 0 ? -errno : fd;
}

// Linux frees the number before it reports anything, EINTR included: never closed twice.
void clinux_close(int fd) { (void)close(fd); }

int64_t clinux_pread(int fd, void *bytes, size_t count, int64_t offset) {
    ssize_t got;
    do {
        got = pread(fd, bytes, count, offset);
    } while (got < 0 && errno == EINTR);
    return got < 0 ? -errno : got;
}

int64_t clinux_pwrite(int fd, const void *bytes, size_t count, int64_t offset) {
    ssize_t put;
    do {
        put = pwrite(fd, bytes, count, offset);
    } while (put < 0 && errno == EINTR);
    return put < 0 ? -errno : put;
}

int64_t clinux_read(int fd, void *bytes, size_t count) {
    ssize_t got;
    do {
        got = read(fd, bytes, count);
    } while (got < 0 && errno == EINTR);
    return got < 0 ? -errno : got;
}

// A failed sync is never tried again: the kernel reports a lost page once and then forgets it.
int clinux_sync_data(int fd) { return fdatasync(fd) < 0 ? -errno : 0; }
int clinux_sync(int fd) { return fsync(fd) < 0 ? -errno : 0; }

int clinux_rename(int directory, const char *from, const char *to) {
    return renameat(directory, from, directory, to) < 0 ? -errno : 0;
}

int clinux_unlink(int directory, const char *path) {
    return unlinkat(directory, path, 0) < 0 ? -errno : 0;
}

int clinux_make_directory(int directory, const char *path, uint32_t mode) {
    return mkdirat(directory, path, (mode_t)mode) < 0 ? -errno : 0;
}

int clinux_lock(int fd) {
    int locked;
    do {
        locked = flock(fd, LOCK_EX | LOCK_NB);
    } while (locked < 0 && errno == EINTR);
    return locked < 0 ? -errno : 0;
}

int clinux_set_mode(int fd, uint32_t mode) { return fchmod(fd, (mode_t)mode) < 0 ? -errno : 0; }

int clinux_set_owner(int fd, uint32_t uid, uint32_t gid) {
    return fchown(fd, uid, gid) < 0 ? -errno : 0;
}

int clinux_set_path_mode(const char *path, uint32_t mode) {
    return chmod(path, (mode_t)mode) < 0 ? -errno : 0;
}

int clinux_set_path_group(const char *path, uint32_t gid) {
    return lchown(path, (uid_t)-1, gid) < 0 ? -errno : 0;
}

static void describe(const struct stat *from, struct clinux_status *to) {
    to->device = from->st_dev;
    to->inode = from->st_ino;
    to->size = from->st_size;
    to->mode = from->st_mode & 07777;
    to->uid = from->st_uid;
    to->gid = from->st_gid;
    to->kind = S_ISREG(from->st_mode)    ? CLINUX_KIND_FILE
               : S_ISDIR(from->st_mode)  ? CLINUX_KIND_DIRECTORY
               : S_ISSOCK(from->st_mode) ? CLINUX_KIND_SOCKET
                                         : CLINUX_KIND_OTHER;
}

int clinux_status_of(int fd, struct clinux_status *status) {
    struct stat found;
    if (fstat(fd, &found) < 0) return -errno;
    describe(&found, status);
    return 0;
}

int clinux_status_at(int directory, const char *path, int follow, struct clinux_status *status) {
    struct stat found;
    if (fstatat(directory, path, &found, follow ? 0 : AT_SYMLINK_NOFOLLOW) < 0) return -errno;
    describe(&found, status);
    return 0;
}

int clinux_map(int fd, size_t count, int writable, void **mapping) {
    int protection = PROT_READ | (writable ? PROT_WRITE : 0);
    void *at = mmap(NULL, count, protection, MAP_SHARED, fd, 0);
    if (at == MAP_FAILED) return -errno;
    *mapping = at;
    return 0;
}

void clinux_unmap(void *mapping, size_t count) { (void)munmap(mapping, count); }
