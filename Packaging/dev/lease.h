/* SPDX-License-Identifier: Apache-2.0
 *
 * "Does this host lead right now?", from the page of memory that electd keeps: without a system
 * call, in tens of nanoseconds. See electd-status(5) for the page and electd(7) for what an answer
 * is worth; whoever writes as the leader sends the epoch along.
 *
 *     struct electd_lease lease;
 *     electd_lease_open(&lease, NULL);
 *     uint64_t epoch = electd_lease_epoch(&lease, 20000000);
 *     if (epoch) write_as_leader(epoch);
 *
 * C99 or C++, GCC or Clang, little endian. One thread for each struct. Whatever is not certain,
 * a missing file, another boot, another clock, a daemon that is dead, is 0: "not the leader".
 */
#ifndef ELECTD_LEASE_H
#define ELECTD_LEASE_H

/* clock_gettime(2) hides from strict C99; include this header first, or ask for POSIX yourself. */
#if defined(__STRICT_ANSI__) && !defined(_POSIX_C_SOURCE) && !defined(_GNU_SOURCE) && \
    !defined(_DEFAULT_SOURCE)
#define _POSIX_C_SOURCE 200809L
#endif

#include <fcntl.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the lease page is read here by little-endian machines only"
#endif

/* Where electd puts the page if nobody says otherwise. */
#define ELECTD_LEASE_PATH "/run/electd/lease"

/* What the page says; only ELECTD_LEADER is a promise, and only until its end. */
enum electd_answer { ELECTD_UNSURE = 0, ELECTD_FOLLOWER = 1, ELECTD_LEADER = 2, ELECTD_CLOSED = 3 };

/* An open page. Its fields are nobody's but the functions' below. */
struct electd_lease {
    const char *path;
    const char *page;
    uint64_t boot[2];
    uint64_t opened_at;
};

/* Now, in nanoseconds, on the clock in which leases end (CLOCK_BOOTTIME). */
static inline uint64_t electd_now(void)
{
    struct timespec now;
    if (clock_gettime((clockid_t)7, &now) != 0)
        return UINT64_MAX;
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static inline uint64_t electd_load64_(const char *at)
{
    return __atomic_load_n((const uint64_t *)(const void *)at, __ATOMIC_RELAXED);
}

static inline uint32_t electd_load32_(const char *at, int order)
{
    const uint32_t *word = (const uint32_t *)(const void *)at;
    return order == __ATOMIC_ACQUIRE ? __atomic_load_n(word, __ATOMIC_ACQUIRE)
                                     : __atomic_load_n(word, __ATOMIC_RELAXED);
}

/* Forgets the page. */
static inline void electd_lease_close(struct electd_lease *lease)
{
    if (lease->page)
        munmap((void *)(uintptr_t)lease->page, 4096);
    lease->page = NULL;
}

/* The 16 bytes of this boot: 0 if they were read. */
static inline int electd_boot_id_(unsigned char id[16])
{
    FILE *text = fopen("/proc/sys/kernel/random/boot_id", "r");
    int count = 0;
    unsigned byte;
    if (!text)
        return -1;
    while (count < 16 && fscanf(text, "%2x", &byte) == 1) {
        id[count++] = (unsigned char)byte;
        if (count == 4 || count == 6 || count == 8 || count == 10)
            (void)fgetc(text); /* the hyphen */
    }
    fclose(text);
    return count == 16 ? 0 : -1;
}

/* Looks for the file again; leaves `page` null if there is none that can be read here. */
static inline void electd_lease_reopen_(struct electd_lease *lease)
{
    unsigned char id[16];
    struct stat file, clock;
    void *at;
    int fd;

    electd_lease_close(lease);
    lease->opened_at = electd_now();
    fd = open(lease->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    if (electd_boot_id_(id) == 0 && fstat(fd, &file) == 0 && file.st_size == 4096) {
        at = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
        if (at != MAP_FAILED)
            lease->page = (const char *)at;
    }
    close(fd);
    if (!lease->page)
        return;
    memcpy(lease->boot, id, 16);
    if (stat("/proc/self/ns/time", &clock) != 0)
        clock.st_ino = 0;
    if (memcmp(lease->page, "ELECTLP1", 8) != 0 ||
        electd_load64_(lease->page + 208) != (uint64_t)clock.st_ino)
        electd_lease_close(lease);
}

/* Opens the page at `path`, or at the usual place if that is NULL; the text must stay. A page that
 * is not there yet is looked for again by electd_lease_epoch, at most every 10 ms. */
static inline void electd_lease_open(struct electd_lease *lease, const char *path)
{
    lease->path = path ? path : ELECTD_LEASE_PATH;
    lease->page = NULL;
    electd_lease_reopen_(lease);
}

/* The epoch under which this host leads and goes on leading for `guard` nanoseconds at least: how
 * long takes what you are about to do, and how late it may come. 0 if it does not. */
static inline uint64_t electd_lease_epoch(struct electd_lease *lease, uint64_t guard)
{
    uint64_t begun = 0, epoch, until, now;
    uint32_t before, answer;
    int is_ours, has_ended;

    if (!lease->page) {
        if (electd_now() - lease->opened_at < 10000000u)
            return 0;
        electd_lease_reopen_(lease);
        if (!lease->page)
            return 0;
    }
    for (;;) {
        before = electd_load32_(lease->page + 8, __ATOMIC_ACQUIRE);
        answer = electd_load32_(lease->page + 12, __ATOMIC_RELAXED);
        is_ours = electd_load64_(lease->page + 16) == lease->boot[0] &&
                  electd_load64_(lease->page + 24) == lease->boot[1];
        epoch = electd_load64_(lease->page + 32);
        until = electd_load64_(lease->page + 48);
        __atomic_thread_fence(__ATOMIC_ACQUIRE);
        now = electd_now(); /* after the page: the other way round an old lease looks young */
        if (electd_load32_(lease->page + 8, __ATOMIC_RELAXED) == before && !(before & 1u)) {
            if (answer == ELECTD_LEADER && is_ours && now < until && guard < until - now)
                return epoch;
            has_ended = now > until && now - until > 1000000000u;
            if ((answer == ELECTD_CLOSED || has_ended) && now - lease->opened_at >= 10000000u)
                electd_lease_reopen_(lease); /* for the next time */
            return 0;
        }
        /* A daemon that was stopped in the middle of writing must not hold us up. */
        if (begun == 0)
            begun = now;
        if (now - begun > 10000000u)
            return 0;
        sched_yield();
    }
}

#ifdef __cplusplus
}
#endif

#endif
