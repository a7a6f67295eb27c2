#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Installs the Debian packages named, if any is missing: says so first, uses sudo where it must,
# and does nothing where there is nothing to do.
#
#   Packaging/need.sh PACKAGE...
set -eu

missing=
for package in "$@"; do
    state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) || state=
    [ "$state" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

echo "need: installing$missing"
as_root=
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "need: become root and run: apt-get install$missing" >&2
        exit 1
    fi
    as_root=sudo
fi
# The lists may be old or absent: they are fetched only where the packages are not known.
# shellcheck disable=SC2086
if ! $as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -qq -y --no-install-recommends $missing >/dev/null 2>&1
then
    $as_root apt-get update -qq
    $as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -qq -y --no-install-recommends $missing >/dev/null
fi
