// SPDX-License-Identifier: Apache-2.0
//
// What Swift's Glibc module leaves out of Linux, and nothing above it.
//
// Every function returns 0 or a useful non-negative number, or minus an errno: `errno` itself is a
// thread's global that the Swift runtime may overwrite before Swift code reads it. A call broken
// off by a signal (EINTR) is begun again here, so no caller needs to know of it.
//
// This header defines no feature macro and includes no socket header: with _GNU_SOURCE the socket
// calls change their types, and whoever imports this module would see them changed.

#ifndef CLINUX_H
#define CLINUX_H

#include <stddef.h>
#include <stdint.h>

#include "atomics.h"
#include "clock.h"

// A UDP address in host byte order. IPv4 is the v4-mapped ::ffff:a.b.c.d, so one form holds both.
struct clinux_address {
    uint64_t high;
    uint64_t low;
    uint32_t scope;
    uint16_t port;
};

// Writes the numeric host without brackets; `text` holds at least 64 bytes.
int clinux_address_print(const struct clinux_address *address, char *text, size_t capacity);
// Reads a numeric host, `fe80::1%eth0` included; the port is left alone.
int clinux_address_parse(const char *text, struct clinux_address *address);

// epoll(7), timerfd_create(2), eventfd(2), signalfd(2)
enum {
    CLINUX_READABLE = 1,
    CLINUX_WRITABLE = 2,
    CLINUX_HANGUP = 4,
    CLINUX_ERROR = 8,
};
enum {
    CLINUX_ADD = 1,
    CLINUX_MODIFY = 2,
    CLINUX_REMOVE = 3,
};
struct clinux_ready {
    uint64_t token;
    uint32_t state;
};
int clinux_poller_open(void);
int clinux_poller_control(int poller, int verb, int fd, uint32_t interest, uint64_t token);
// At most `capacity` and never more than 64 events; a negative timeout waits without end.
int clinux_poller_wait(int poller, struct clinux_ready *ready, int capacity, int64_t timeout_ns);
// One descriptor, poll(2): the state of it, 0 after `timeout_ns`; negative waits without end.
int clinux_poll_one(int fd, uint32_t interest, int64_t timeout_ns);

int clinux_timer_open(void);
// An absolute instant of CLOCK_BOOTTIME; a negative one disarms.
int clinux_timer_arm(int timer, int64_t at_ns);

int clinux_event_open(int blocking);
int clinux_event_add(int event);
// Reads the counter away; blocks only if it was opened blocking. timerfd counts likewise.
int clinux_event_take(int event);

int clinux_signals_open(const int *signals, int count);
int clinux_signals_next(int fd);
int clinux_signal_ignore(int signal);

// udp(7)
// `even_if_absent` binds to an address that this host does not have yet (IP_FREEBIND).
int clinux_udp_open(
    const struct clinux_address *local, int receive_buffer_bytes, int even_if_absent);
int clinux_udp_local(int fd, struct clinux_address *local);
// The length that the datagram had, which may be above `capacity`.
int clinux_udp_receive(int fd, void *bytes, size_t capacity, struct clinux_address *source);
int clinux_udp_send(
    int fd, const void *bytes, size_t count, const struct clinux_address *destination);
// Takes one error off the socket's error queue: 1 if it says that `peer` has nobody on its port,
// 2 for any other error, 0 when the queue is empty.
int clinux_udp_take_error(int fd, struct clinux_address *peer);

// unix(7)
int clinux_unix_bind(const char *path);
int clinux_listen(int fd, int backlog);
int clinux_accept(int fd);
// Waits up to `timeout_ns` for a place in the listener's queue; the descriptor does not block.
int clinux_unix_connect(const char *path, int64_t timeout_ns);
// 1 if the descriptor is a listening Unix stream socket, else 0.
int clinux_is_unix_listener(int fd);
// And closed on exec: what an inherited descriptor may not be yet.
int clinux_set_nonblocking(int fd);
int64_t clinux_receive(int fd, void *bytes, size_t capacity);
int64_t clinux_send(int fd, const void *bytes, size_t count);
int clinux_shutdown_write(int fd);
// A datagram socket that never blocks, and is connected to nobody.
int clinux_unix_datagram(void);
int64_t clinux_unix_send_to(int fd, const char *path, const void *bytes, size_t count);
struct clinux_credentials {
    int32_t pid;
    uint32_t uid;
    uint32_t gid;
};
int clinux_peer_credentials(int fd, struct clinux_credentials *credentials);
// How many groups the peer has; only the first `capacity` of them are written, and none if there
// are more than that.
int clinux_peer_groups(int fd, uint32_t *groups, int capacity);

// Files. `directory` is a descriptor or CLINUX_CWD.
enum { CLINUX_CWD = -100 };
enum {
    CLINUX_READ_ONLY = 0,
    CLINUX_READ_WRITE = 1,
    CLINUX_CREATE_NEW = 2,
    CLINUX_DIRECTORY = 4,
    CLINUX_NO_FOLLOW = 8,
};
int clinux_open(int directory, const char *path, int flags, uint32_t mode);
void clinux_close(int fd);
int64_t clinux_pread(int fd, void *bytes, size_t count, int64_t offset);
int64_t clinux_pwrite(int fd, const void *bytes, size_t count, int64_t offset);
int64_t clinux_read(int fd, void *bytes, size_t count);
int clinux_sync_data(int fd);
int clinux_sync(int fd);
int clinux_rename(int directory, const char *from, const char *to);
int clinux_unlink(int directory, const char *path);
int clinux_make_directory(int directory, const char *path, uint32_t mode);
int clinux_lock(int fd);
int clinux_set_mode(int fd, uint32_t mode);
int clinux_set_owner(int fd, uint32_t uid, uint32_t gid);
int clinux_set_path_mode(const char *path, uint32_t mode);
int clinux_set_path_group(const char *path, uint32_t gid);
enum {
    CLINUX_KIND_FILE = 1,
    CLINUX_KIND_DIRECTORY = 2,
    CLINUX_KIND_SOCKET = 3,
    CLINUX_KIND_OTHER = 4,
};
struct clinux_status {
    uint64_t device;
    uint64_t inode;
    int64_t size;
    uint32_t kind;
    uint32_t mode;
    uint32_t uid;
    uint32_t gid;
};
int clinux_status_of(int fd, struct clinux_status *status);
int clinux_status_at(int directory, const char *path, int follow, struct clinux_status *status);
// Maps bytes shared; the address is written to `mapping`.
int clinux_map(int fd, size_t count, int writable, void **mapping);
void clinux_unmap(void *mapping, size_t count);

// Threads, people, chance
// Starts a detached thread in which every signal is blocked.
int clinux_thread_start(void (*body)(void *), void *context, size_t stack_bytes);
// Puts /dev/null, opened the wrong way round, where a standard stream is closed.
int clinux_hold_standard_streams(void);
// Locks all memory, now and later, if there is no limit to that: 1 if it did, 0 if there is a limit.
int clinux_lock_memory(void);
// The processors on which a thread may run, a bit each; 0 is the calling thread.
enum { CLINUX_PROCESSOR_WORDS = 16 };
int clinux_processors(int thread, uint64_t *words);
int clinux_confine(int thread, const uint64_t *words);
int clinux_random(void *bytes, size_t count);
uint32_t clinux_effective_user(void);
int clinux_clock_rate(int64_t *parts_per_billion);
int clinux_host_name(char *text, size_t capacity);
// Asks NSS, which may read files and talk to services. 0, or -ENOENT; -ENOSYS in a static program.
int clinux_group_named(const char *name, uint32_t *gid);

// Looks a name up with getaddrinfo(3): how many addresses were written, or minus an errno, -ENOSYS
// in a static program.
// For an answer that is no errno, -CLINUX_LOOKUP_FAILED, and `reason` says it in words.
enum { CLINUX_LOOKUP_FAILED = 4096 };
int clinux_look_up(
    const char *host, struct clinux_address *addresses, int capacity, char *reason,
    size_t reason_capacity);

#endif
