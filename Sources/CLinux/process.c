// SPDX-License-Identifier: Apache-2.0
//
// Threads, the process and its host.

#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/timex.h>
#include <unistd.h>

struct start {
    void (*body)(void *);
    void *context;
};

static void *begin(void *argument) {
    struct start start = *(struct start *)argument;
    free(argument);
    start.body(start.context);
    return NULL;
}

int clinux_thread_start(void (*body)(void *), void *context, size_t stack_bytes) {
    struct start *start = malloc(sizeof *start);
    if (start == NULL) return -ENOMEM;
    start->body = body;
    start->context = context;
    // A thread inherits the mask of its maker, so that no signal can reach it even at first.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, stack_bytes);
    pthread_t thread;
    int failed = pthread_create(&thread, &attributes, begin, start);
    pthread_attr_destroy(&attributes);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failed != 0) free(start);
    return -failed;
}

int clinux_processors(int thread, uint64_t *words) {
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(thread, sizeof set, &set) < 0) return -errno;
    memcpy(words, &set, CLINUX_PROCESSOR_WORDS * sizeof *words);
    return 0;
}

int clinux_confine(int thread, const uint64_t *words) {
    cpu_set_t set;
    CPU_ZERO(&set);
    memcpy(&set, words, CLINUX_PROCESSOR_WORDS * sizeof *words);
    return sched_setaffinity(thread, sizeof set, &set) < 0 ? -errno : 0;
}

int clinux_random(void *bytes, size_t count) {
    size_t done = 0;
    while (done < count) {
        ssize_t got = getrandom((char *)bytes + done, count - done, 0);
        if (got < 0 && errno != EINTR) return -errno;
        if (got > 0) done += (size_t)got;
    }
    return 0;
}

uint32_t clinux_effective_user(void) { return geteuid(); }

int clinux_host_name(char *text, size_t capacity) {
    if (gethostname(text, capacity) < 0) return -errno;
    text[capacity - 1] = 0;
    return 0;
}

int clinux_lock_memory(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_MEMLOCK, &limit) < 0) return -errno;
    if (limit.rlim_cur != RLIM_INFINITY) return 0;
    return mlockall(MCL_CURRENT | MCL_FUTURE) < 0 ? -errno : 1;
}

/// By how much the kernel lets its clocks run faster than the hardware's, in parts per billion.
int clinux_clock_rate(int64_t *parts_per_billion) {
    struct timex timex = {0};
    if (adjtimex(&timex) < 0) return -errno;
    // A tick is 10,000 us where nobody has turned it; freq has 16 bits behind the point.
    *parts_per_billion = (timex.tick - 10000) * 100000LL + timex.freq * 1000LL / 65536;
    return 0;
}

int clinux_hold_standard_streams(void) {
    for (int fd = 0; fd <= 2; fd++) {
        if (fcntl(fd, F_GETFD) >= 0) continue;
        // The lowest number that is free is this one.
        int held = open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
        if (held < 0) return -errno;
    }
    return 0;
}
