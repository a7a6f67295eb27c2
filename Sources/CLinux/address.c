// SPDX-License-Identifier: Apache-2.0
//
// Addresses: our form, the kernel's, and text.

#define _GNU_SOURCE
#include "address.h"

#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const uint64_t mapped = 0xffff;

int clinux_is_v4(const struct clinux_address *address) {
    return address->high == 0 && address->low >> 32 == mapped;
}

socklen_t clinux_to_kernel(
    const struct clinux_address *address, union clinux_socket_address *kernel) {
    memset(kernel, 0, sizeof *kernel);
    if (clinux_is_v4(address)) {
        kernel->v4.sin_family = AF_INET;
        kernel->v4.sin_port = htons(address->port);
        kernel->v4.sin_addr.s_addr = htonl((uint32_t)address->low);
        return sizeof kernel->v4;
    }
    uint64_t words[2] = {htobe64(address->high), htobe64(address->low)};
    kernel->v6.sin6_family = AF_INET6;
    kernel->v6.sin6_port = htons(address->port);
    kernel->v6.sin6_scope_id = address->scope;
    memcpy(&kernel->v6.sin6_addr, words, sizeof words);
    return sizeof kernel->v6;
}

void clinux_from_kernel(
    const union clinux_socket_address *kernel, struct clinux_address *address) {
    memset(address, 0, sizeof *address);
    if (kernel->any.sa_family == AF_INET) {
        address->low = mapped << 32 | ntohl(kernel->v4.sin_addr.s_addr);
        address->port = ntohs(kernel->v4.sin_port);
    } else if (kernel->any.sa_family == AF_INET6) {
        uint64_t words[2];
        memcpy(words, &kernel->v6.sin6_addr, sizeof words);
        address->high = be64toh(words[0]);
        address->low = be64toh(words[1]);
        address->scope = kernel->v6.sin6_scope_id;
        address->port = ntohs(kernel->v6.sin6_port);
    }
}

int clinux_address_print(const struct clinux_address *address, char *text, size_t capacity) {
    union clinux_socket_address kernel;
    clinux_to_kernel(address, &kernel);
    int v4 = clinux_is_v4(address);
    const void *host = v4 ? (const void *)&kernel.v4.sin_addr : (const void *)&kernel.v6.sin6_addr;
    if (inet_ntop(kernel.any.sa_family, host, text, (socklen_t)capacity) == NULL) return -errno;
    if (v4 || address->scope == 0) return 0;
    size_t length = strlen(text);
    int wanted = snprintf(text + length, capacity - length, "%%%u", address->scope);
    return (size_t)wanted < capacity - length ? 0 : -ENOSPC;
}

static int parse_scope(const char *text, uint32_t *scope) {
    char *end;
    errno = 0;
    unsigned long number = strtoul(text, &end, 10);
    if (text[0] >= '0' && text[0] <= '9' && *end == 0 && errno == 0 && number <= UINT32_MAX) {
        *scope = (uint32_t)number;
    } else {
        *scope = if_nametoindex(text);
    }
    return *scope == 0 ? -ENODEV : 0;
}

int clinux_address_parse(const char *text, struct clinux_address *address) {
    union clinux_socket_address kernel = {0};
    struct clinux_address parsed;
    char host[INET6_ADDRSTRLEN];
    const char *percent = strchr(text, '%');
    size_t length = percent ? (size_t)(percent - text) : strlen(text);
    if (length >= sizeof host) return -EINVAL;
    memcpy(host, text, length);
    host[length] = 0;
    if (inet_pton(AF_INET, host, &kernel.v4.sin_addr) == 1) {
        if (percent) return -EINVAL;
        kernel.any.sa_family = AF_INET;
    } else if (inet_pton(AF_INET6, host, &kernel.v6.sin6_addr) == 1) {
        kernel.any.sa_family = AF_INET6;
    } else {
        return -EINVAL;
    }
    clinux_from_kernel(&kernel, &parsed);
    if (percent) {
        int scoped = parse_scope(percent + 1, &parsed.scope);
        if (scoped < 0) return scoped;
    }
    parsed.port = address->port;
    *address = parsed;
    return 0;
}
