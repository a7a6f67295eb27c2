// SPDX-License-Identifier: Apache-2.0
//
// UDP with the kernel's error queue: ICMP errors arrive with the address that they are about.

#define _GNU_SOURCE
#include "address.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <string.h>
#include <unistd.h>

static int set(int fd, int level, int option, int value) {
    return setsockopt(fd, level, option, &value, sizeof value) < 0 ? -errno : 0;
}

int clinux_udp_open(
    const struct clinux_address *local, int receive_buffer_bytes, int even_if_absent) {
    union clinux_socket_address kernel;
    socklen_t length = clinux_to_kernel(local, &kernel);
    int fd = socket(kernel.any.sa_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return -errno;
    int failed = 0;
    if (kernel.any.sa_family == AF_INET6) {
        // The IPv4 wildcard is a socket of its own, and both may be wanted on one port.
        failed = set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
        if (failed == 0) failed = set(fd, IPPROTO_IPV6, IPV6_RECVERR, 1);
    } else {
        failed = set(fd, IPPROTO_IP, IP_RECVERR, 1);
    }
    if (failed == 0 && even_if_absent) {
        int v6 = kernel.any.sa_family == AF_INET6;
        failed = v6 ? set(fd, IPPROTO_IPV6, IPV6_FREEBIND, 1) : set(fd, IPPROTO_IP, IP_FREEBIND, 1);
    }
    // The kernel cuts the wish to net.core.rmem_max; less is no reason not to start.
    (void)set(fd, SOL_SOCKET, SO_RCVBUF, receive_buffer_bytes);
    if (failed == 0 && bind(fd, &kernel.any, length) < 0) failed = -errno;
    if (failed == 0) return fd;
    close(fd);
    return failed;
}

int clinux_udp_local(int fd, struct clinux_address *local) {
    union clinux_socket_address kernel = {0};
    socklen_t length = sizeof kernel;
    if (getsockname(fd, &kernel.any, &length) < 0) return -errno;
    clinux_from_kernel(&kernel, local);
    return 0;
}

int clinux_udp_receive(int fd, void *bytes, size_t capacity, struct clinux_address *source) {
    union clinux_socket_address kernel = {0};
    socklen_t length = sizeof kernel;
    ssize_t got;
    do {
        got = recvfrom(fd, bytes, capacity, MSG_TRUNC, &kernel.any, &length);
    } while (got < 0 && errno == EINTR);
    if (got < 0) return -errno;
    clinux_from_kernel(&kernel, source);
    return (int)got;
}

int clinux_udp_send(
    int fd, const void *bytes, size_t count, const struct clinux_address *destination) {
    union clinux_socket_address kernel;
    socklen_t length = clinux_to_kernel(destination, &kernel);
    ssize_t sent;
    do {
        sent = sendto(fd, bytes, count, MSG_NOSIGNAL, &kernel.any, length);
    } while (sent < 0 && errno == EINTR);
    return sent < 0 ? -errno : 0;
}

static int is_port_unreachable(const struct sock_extended_err *error) {
    if (error->ee_origin == SO_EE_ORIGIN_ICMP) {
        return error->ee_type == ICMP_DEST_UNREACH && error->ee_code == ICMP_PORT_UNREACH;
    }
    if (error->ee_origin == SO_EE_ORIGIN_ICMP6) {
        return error->ee_type == ICMPV6_DEST_UNREACH && error->ee_code == ICMPV6_PORT_UNREACH;
    }
    return 0;
}

int clinux_udp_take_error(int fd, struct clinux_address *peer) {
    union clinux_socket_address kernel = {0};
    // Room for the extended error and the offender's address behind it.
    union {
        char bytes[256];
        struct cmsghdr aligned;
    } control;
    struct msghdr message = {
        .msg_name = &kernel,
        .msg_namelen = sizeof kernel,
        .msg_control = &control,
        .msg_controllen = sizeof control,
    };
    ssize_t got;
    do {
        got = recvmsg(fd, &message, MSG_ERRQUEUE);
    } while (got < 0 && errno == EINTR);
    if (got < 0) return errno == EAGAIN ? 0 : -errno;
    for (struct cmsghdr *part = CMSG_FIRSTHDR(&message); part; part = CMSG_NXTHDR(&message, part)) {
        int v4 = part->cmsg_level == IPPROTO_IP && part->cmsg_type == IP_RECVERR;
        int v6 = part->cmsg_level == IPPROTO_IPV6 && part->cmsg_type == IPV6_RECVERR;
        if (!v4 && !v6) continue;
        struct sock_extended_err error;
        memcpy(&error, CMSG_DATA(part), sizeof error);
        if (!is_port_unreachable(&error)) continue;
        clinux_from_kernel(&kernel, peer);
        return 1;
    }
    return 2;
}
