// SPDX-License-Identifier: Apache-2.0
//
// What is used of libsystemd. It exists as a shared library only: nothing that is linked fully
// static may reach this module.

#include <systemd/sd-bus.h>
#include <systemd/sd-daemon.h>
