#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Prints where a Swift 6.3 or newer is, or says what to do.
set -eu

for swift in swift /opt/swift/usr/bin/swift /usr/local/swift/usr/bin/swift; do
    command -v "$swift" >/dev/null || continue
    version=$("$swift" --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\)\.\([0-9]*\).*/\1 \2/p')
    major=${version% *} minor=${version#* }
    if [ "${major:-0}" -gt 6 ] || { [ "${major:-0}" -eq 6 ] && [ "$minor" -ge 3 ]; }; then
        command -v "$swift"
        exit 0
    fi
done
echo "swift.sh: Swift 6.3 is needed: install it from swift.org and put it on PATH" >&2
exit 1
