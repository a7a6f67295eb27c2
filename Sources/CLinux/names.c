// SPDX-License-Identifier: Apache-2.0
//
// What asks NSS.
//
// NSS loads shared libraries, so a fully static program has no use for it and should not carry it.
// The references here are weak: alone they bring nothing of NSS out of libc.a, and are null then.

#define _GNU_SOURCE
#include "address.h"

#include <errno.h>
#include <grp.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>

#pragma weak getgrnam_r
#pragma weak getaddrinfo
#pragma weak freeaddrinfo

int clinux_group_named(const char *name, uint32_t *gid) {
    if (getgrnam_r == NULL) return -ENOSYS;
    // A group with thousands of members needs a larger buffer; ERANGE says so.
    for (size_t size = 4096; size <= 1 << 20; size *= 4) {
        char *buffer = malloc(size);
        if (buffer == NULL) return -ENOMEM;
        struct group entry, *found = NULL;
        int failed = getgrnam_r(name, &entry, buffer, size, &found);
        if (found != NULL) *gid = entry.gr_gid;
        free(buffer);
        if (found != NULL) return 0;
        if (failed == 0) return -ENOENT;
        if (failed != ERANGE && failed != EINTR) return -failed;
    }
    return -ERANGE;
}

int clinux_look_up(
    const char *host, struct clinux_address *addresses, int capacity, char *reason,
    size_t reason_capacity) {
    if (getaddrinfo == NULL || freeaddrinfo == NULL) return -ENOSYS;
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_DGRAM};
    struct addrinfo *list = NULL;
    int failed = getaddrinfo(host, NULL, &hints, &list);
    if (failed == EAI_SYSTEM) return -errno;
    if (failed != 0) {
        strncpy(reason, gai_strerror(failed), reason_capacity - 1);
        reason[reason_capacity - 1] = 0;
        return -CLINUX_LOOKUP_FAILED;
    }
    int count = 0;
    for (struct addrinfo *one = list; one != NULL && count < capacity; one = one->ai_next) {
        if (one->ai_family != AF_INET && one->ai_family != AF_INET6) continue;
        union clinux_socket_address kernel = {0};
        if (one->ai_addrlen > sizeof kernel) continue;
        memcpy(&kernel, one->ai_addr, one->ai_addrlen);
        clinux_from_kernel(&kernel, &addresses[count]);
        count++;
    }
    freeaddrinfo(list);
    return count;
}
