#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Packs what `make build` has built into Debian packages, looks at them with lintian, and leaves them
# in dist/.
#
#   Packaging/deb.sh [VERSION]     another version than the sources' is for tests of upgrades
set -eu
cd "$(dirname "$0")/.."

Packaging/need.sh debhelper dpkg-dev lintian make
top=$PWD
version=${1:-$(sed -n 's/.*version = "\(.*\)"/\1/p' Sources/Control/Version.swift)}
build=$(cd .build/release && pwd -P)
work=$top/.build/deb/electd-$version
trap 'rm -rf "$top/.build/deb"' EXIT

rm -rf "$top/.build/deb"
mkdir -p "$work" dist
cp -RL Packaging/debian "$work/debian"
noted=$(sed -n '1s/.*(\(.*\)).*/\1/p' Packaging/debian/changelog)
if [ "$version" != "$noted" ]; then
    sed -i "1s/($noted)/($version)/" "$work/debian/changelog"
fi
(
    cd "$work"
    TOP=$top BUILD=$build VERSION=$version LC_ALL=C.UTF-8 \
        dpkg-buildpackage --build=binary --no-sign >../log 2>&1
) || {
    tail -30 "$top/.build/deb/log" >&2
    exit 1
}
lintian --pedantic --fail-on error,warning,info --allow-root .build/deb/*.changes
rm -f dist/electd*_"$version"_*.deb
cp .build/deb/*.deb dist/
ls dist/electd*_"$version"_*.deb
