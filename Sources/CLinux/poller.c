// SPDX-License-Identifier: Apache-2.0
//
// The descriptors that a loop waits on: epoll itself, timers, counters and signals.

#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum { events_max = 64 };

static uint32_t state_of(uint32_t events, uint32_t in, uint32_t out, uint32_t hup, uint32_t err) {
    return (events & in ? CLINUX_READABLE : 0) | (events & out ? CLINUX_WRITABLE : 0) |
           (events & hup ? CLINUX_HANGUP : 0) | (events & err ? CLINUX_ERROR : 0);
}

int clinux_poller_open(void) {
    int fd = epoll_create1(EPOLL_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

int clinux_poller_control(int poller, int verb, int fd, uint32_t interest, uint64_t token) {
    struct epoll_event event = {0};
    event.events = (interest & CLINUX_READABLE ? EPOLLIN : 0) |
                   (interest & CLINUX_WRITABLE ? EPOLLOUT : 0);
    event.data.u64 = token;
    int operation = verb == CLINUX_ADD      ? EPOLL_CTL_ADD
                    : verb == CLINUX_MODIFY ? EPOLL_CTL_MOD
                                            : EPOLL_CTL_DEL;
    return epoll_ctl(poller, operation, fd, &event) < 0 ? -errno : 0;
}

// After a signal the whole timeout is waited again: who needs an exact end has a timer among the
// descriptors, and the signals that a daemon cares for come through one as well.
int clinux_poller_wait(int poller, struct clinux_ready *ready, int capacity, int64_t timeout_ns) {
    struct epoll_event events[events_max];
    if (capacity > events_max) capacity = events_max;
    struct timespec timeout = {timeout_ns / 1000000000, timeout_ns % 1000000000};
    int count;
    do {
        // Both of a loop's usual waits, endless and none, are the older call's, known everywhere.
        if (timeout_ns <= 0) {
            count = epoll_wait(poller, events, capacity, timeout_ns < 0 ? -1 : 0);
        } else {
            count = epoll_pwait2(poller, events, capacity, &timeout, NULL);
        }
    } while (count < 0 && errno == EINTR);
    if (count < 0) return -errno;
    for (int i = 0; i < count; i++) {
        ready[i].token = events[i].data.u64;
        ready[i].state = state_of(events[i].events, EPOLLIN, EPOLLOUT, EPOLLHUP, EPOLLERR);
    }
    return count;
}

int clinux_poll_one(int fd, uint32_t interest, int64_t timeout_ns) {
    struct pollfd one = {.fd = fd};
    one.events = (interest & CLINUX_READABLE ? POLLIN : 0) |
                 (interest & CLINUX_WRITABLE ? POLLOUT : 0);
    int64_t end = timeout_ns < 0 ? 0 : clinux_boot_time() + timeout_ns;
    for (;;) {
        struct timespec left = {timeout_ns / 1000000000, timeout_ns % 1000000000};
        int count = ppoll(&one, 1, timeout_ns < 0 ? NULL : &left, NULL);
        if (count == 0) return 0;
        if (count > 0) return (int)state_of(one.revents, POLLIN, POLLOUT, POLLHUP, POLLERR);
        if (errno != EINTR) return -errno;
        if (timeout_ns < 0) continue;
        timeout_ns = end - clinux_boot_time();
        if (timeout_ns < 0) timeout_ns = 0;
    }
}

int clinux_timer_open(void) {
    int fd = timerfd_create(CLOCK_BOOTTIME, TFD_NONBLOCK | TFD_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

int clinux_timer_arm(int timer, int64_t at_ns) {
    struct itimerspec when = {0};
    if (at_ns >= 0) {
        when.it_value.tv_sec = at_ns / 1000000000;
        when.it_value.tv_nsec = at_ns % 1000000000;
        // All zero means "disarm"; the first nanosecond after boot is past all the same.
        if (at_ns == 0) when.it_value.tv_nsec = 1;
    }
    return timerfd_settime(timer, TFD_TIMER_ABSTIME, &when, NULL) < 0 ? -errno : 0;
}

int clinux_event_open(int blocking) {
    int fd = eventfd(0, EFD_CLOEXEC | (blocking ? 0 : EFD_NONBLOCK));
    return fd < 0 ? -errno : fd;
}

int clinux_event_add(int event) {
    uint64_t one = 1;
    ssize_t written;
    do {
        written = write(event, &one, sizeof one);
    } while (written < 0 && errno == EINTR);
    return written < 0 ? -errno : 0;
}

int clinux_event_take(int event) {
    uint64_t counted;
    ssize_t got;
    do {
        got = read(event, &counted, sizeof counted);
    } while (got < 0 && errno == EINTR);
    return got < 0 ? -errno : 0;
}

int clinux_signals_open(const int *signals, int count) {
    sigset_t set;
    sigemptyset(&set);
    for (int i = 0; i < count; i++) {
        if (sigaddset(&set, signals[i]) < 0) return -errno;
    }
    int blocked = pthread_sigmask(SIG_BLOCK, &set, NULL);
    if (blocked != 0) return -blocked;
    int fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

int clinux_signals_next(int fd) {
    struct signalfd_siginfo info;
    ssize_t got;
    do {
        got = read(fd, &info, sizeof info);
    } while (got < 0 && errno == EINTR);
    return got < 0 ? -errno : (int)info.ssi_signo;
}

int clinux_signal_ignore(int number) {
    return signal(number, SIG_IGN) == SIG_ERR ? -errno : 0;
}
