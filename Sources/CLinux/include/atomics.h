// SPDX-License-Identifier: Apache-2.0
//
// Atomic access to shared memory, inline: a reader of the lease page pays for the instruction only.
//
// The caller has checked alignment and bounds. The compiler's builtins take plain pointers, so the
// memory needs no _Atomic type, which Swift could not import.

#ifndef CLINUX_ATOMICS_H
#define CLINUX_ATOMICS_H

#include <stdint.h>

static inline uint32_t clinux_load32_relaxed(const void *at) {
    return __atomic_load_n((const uint32_t *)at, __ATOMIC_RELAXED);
}
static inline uint32_t clinux_load32_acquire(const void *at) {
    return __atomic_load_n((const uint32_t *)at, __ATOMIC_ACQUIRE);
}
static inline uint64_t clinux_load64_relaxed(const void *at) {
    return __atomic_load_n((const uint64_t *)at, __ATOMIC_RELAXED);
}
static inline uint64_t clinux_load64_acquire(const void *at) {
    return __atomic_load_n((const uint64_t *)at, __ATOMIC_ACQUIRE);
}
static inline void clinux_store32_relaxed(void *at, uint32_t value) {
    __atomic_store_n((uint32_t *)at, value, __ATOMIC_RELAXED);
}
static inline void clinux_store32_release(void *at, uint32_t value) {
    __atomic_store_n((uint32_t *)at, value, __ATOMIC_RELEASE);
}
static inline void clinux_store64_relaxed(void *at, uint64_t value) {
    __atomic_store_n((uint64_t *)at, value, __ATOMIC_RELAXED);
}
static inline void clinux_store64_release(void *at, uint64_t value) {
    __atomic_store_n((uint64_t *)at, value, __ATOMIC_RELEASE);
}
static inline void clinux_fence_acquire(void) { __atomic_thread_fence(__ATOMIC_ACQUIRE); }
static inline void clinux_fence_release(void) { __atomic_thread_fence(__ATOMIC_RELEASE); }
static inline void clinux_fence_sequential(void) { __atomic_thread_fence(__ATOMIC_SEQ_CST); }

#endif
