// SPDX-License-Identifier: Apache-2.0
//
// Unix stream sockets and who is at their other end.

#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

static int named(const char *path, struct sockaddr_un *address) {
    size_t length = strlen(path);
    if (length >= sizeof address->sun_path) return -ENAMETOOLONG;
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    memcpy(address->sun_path, path, length);
    return 0;
}

int clinux_unix_bind(const char *path) {
    struct sockaddr_un address;
    int failed = named(path, &address);
    if (failed < 0) return failed;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return -errno;
    if (bind(fd, (struct sockaddr *)&address, sizeof address) == 0) return fd;
    failed = -errno;
    close(fd);
    return failed;
}

int clinux_listen(int fd, int backlog) { return listen(fd, backlog) < 0 ? -errno : 0; }

int clinux_accept(int fd) {
    int accepted;
    do {
        accepted = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    } while (accepted < 0 && (errno == EINTR || errno == ECONNABORTED));
    return accepted < 0 ? -errno : accepted;
}

// connect(2) on a Unix socket never goes on in the background: it has a place in the queue, or it
// waits for one as long as SO_SNDTIMEO says. So this one call blocks and the descriptor does not.
int clinux_unix_connect(const char *path, int64_t timeout_ns) {
    struct sockaddr_un address;
    int failed = named(path, &address);
    if (failed < 0) return failed;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return -errno;
    if (timeout_ns >= 0) {
        struct timeval limit = {timeout_ns / 1000000000, timeout_ns % 1000000000 / 1000};
        // All zero would mean "without end".
        if (limit.tv_sec == 0 && limit.tv_usec == 0) limit.tv_usec = 1;
        (void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    }
    int connected;
    do {
        connected = connect(fd, (struct sockaddr *)&address, sizeof address);
    } while (connected < 0 && errno == EINTR);
    failed = connected < 0 ? -errno : clinux_set_nonblocking(fd);
    if (failed == 0) return fd;
    close(fd);
    return failed == -EAGAIN ? -ETIMEDOUT : failed;
}

int clinux_unix_datagram(void) {
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    return fd < 0 ? -errno : fd;
}

int64_t clinux_unix_send_to(int fd, const char *path, const void *bytes, size_t count) {
    struct sockaddr_un address;
    int failed = named(path, &address);
    if (failed < 0) return failed;
    ssize_t sent;
    do {
        sent = sendto(fd, bytes, count, MSG_NOSIGNAL, (struct sockaddr *)&address, sizeof address);
    } while (sent < 0 && errno == EINTR);
    return sent < 0 ? -errno : sent;
}

static int option(int fd, int name) {
    int value = 0;
    socklen_t length = sizeof value;
    return getsockopt(fd, SOL_SOCKET, name, &value, &length) < 0 ? -errno : value;
}

int clinux_is_unix_listener(int fd) {
    return option(fd, SO_DOMAIN) == AF_UNIX && option(fd, SO_TYPE) == SOCK_STREAM &&
           option(fd, SO_ACCEPTCONN) == 1;
}

int clinux_set_nonblocking(int fd) {
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0) return -errno;
    return fcntl(fd, F_SETFD, FD_CLOEXEC) < 0 ? -errno : 0;
}

int64_t clinux_receive(int fd, void *bytes, size_t capacity) {
    ssize_t got;
    do {
        got = recv(fd, bytes, capacity, 0);
    } while (got < 0 && errno == EINTR);
    return got < 0 ? -errno : got;
}

int64_t clinux_send(int fd, const void *bytes, size_t count) {
    ssize_t sent;
    do {
        sent = send(fd, bytes, count, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    return sent < 0 ? -errno : sent;
}

int clinux_shutdown_write(int fd) { return shutdown(fd, SHUT_WR) < 0 ? -errno : 0; }

int clinux_peer_credentials(int fd, struct clinux_credentials *credentials) {
    struct ucred peer;
    socklen_t length = sizeof peer;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) < 0) return -errno;
    credentials->pid = peer.pid;
    credentials->uid = peer.uid;
    credentials->gid = peer.gid;
    return 0;
}

int clinux_peer_groups(int fd, uint32_t *groups, int capacity) {
    socklen_t length = (socklen_t)capacity * sizeof *groups;
    int got = getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &length);
    // ERANGE comes with the length that would have done.
    if (got < 0 && errno != ERANGE) return -errno;
    return (int)(length / sizeof *groups);
}
