// SPDX-License-Identifier: Apache-2.0
//
// CLOCK_BOOTTIME, inline: it goes on in suspend, which CLOCK_MONOTONIC does not.

#ifndef CLINUX_CLOCK_H
#define CLINUX_CLOCK_H

#include <stdint.h>
#include <time.h>

static inline int64_t clinux_boot_time(void) {
    struct timespec now;
    // It fails only for a clock that does not exist, and this one is as old as Linux 2.6.39.
    clock_gettime(CLOCK_BOOTTIME, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

#endif
