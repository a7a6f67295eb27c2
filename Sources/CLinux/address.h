// SPDX-License-Identifier: Apache-2.0
//
// Between our one form of an address and the kernel's two.

#ifndef CLINUX_PRIVATE_ADDRESS_H
#define CLINUX_PRIVATE_ADDRESS_H

#include "CLinux.h"

#include <netinet/in.h>
#include <sys/socket.h>

union clinux_socket_address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

int clinux_is_v4(const struct clinux_address *address);
socklen_t clinux_to_kernel(
    const struct clinux_address *address, union clinux_socket_address *kernel);
void clinux_from_kernel(
    const union clinux_socket_address *kernel, struct clinux_address *address);

#endif
