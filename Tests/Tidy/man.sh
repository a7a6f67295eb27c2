#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Holds the manual pages against the sources that they describe, both ways: what is in one and not
# in the other is a failure, with the line that differs. Nothing is built.
#
#   Tests/Tidy/man.sh
#
# In a page, a table that is held against the code stands between `.\" begin NAME` and
# `.\" end NAME`; its columns are separated by @.
set -eu
cd "$(dirname "$0")/../.."
Packaging/need.sh g++ gcc libc6-dev man-db mandoc python3 rpm systemd

work=$(mktemp -d)
finished=
trap 'rm -rf "$work"; [ -n "$finished" ] || echo "broken off: this script met something unforeseen"' EXIT
passed=0
failed=0

pass() { passed=$((passed + 1)); }

fail() { # WHAT
    failed=$((failed + 1))
    echo "FAILED $1"
}

# Two lists in files, `page` and `code`, must be the same and not empty.
same() { # WHAT
    sort -u "$work/page" >"$work/page.sorted"
    sort -u "$work/code" >"$work/code.sorted"
    if [ ! -s "$work/code.sorted" ]; then
        fail "$1: nothing was found in the sources"
    elif diff "$work/page.sorted" "$work/code.sorted" >"$work/diff"; then
        pass
    else
        fail "$1"
        sed -n 's/^</  only in the page:   /p; s/^>/  only in the sources:/p' "$work/diff"
    fi
}

# The file `said` is to be empty; what it holds is what is wrong.
silent() { # WHAT
    if [ -s "$work/said" ]; then
        fail "$1"
        sed 's/^/  /' "$work/said"
    else
        pass
    fi
}

# The text of a page without its escapes.
plain() { sed -e 's/\\-/-/g' -e 's/\\e/\\/g' -e 's/^\\&//' -e 's/\\f[RPBI]//g' "$@"; }

section() { # PAGE NAME
    awk -v want="$2" '/^\.SH / { on = ($0 == ".SH " want || $0 == ".SH \"" want "\""); next } on' "$1"
}

# The rows of a table, or the lines of an example.
between() { # PAGE NAME
    awk -v from=".\\\\\" begin $2" -v to=".\\\\\" end $2" '$0 == to { on = 0 } on; $0 == from { on = 1 }' "$1"
}

# The first columns of the rows of a table: `1@hello`.
columns() { # PAGE NAME FIELDS
    between "$1" "$2" | grep '@' | grep -v '^tab(@)' | sed 's/@T{$//' | cut -d@ -f"$3"
}

# The words behind each .TP of a text: `.BR \-q ", " \-\-quiet` gives -q and --quiet.
tags() {
    awk 'tag { print; tag = 0 } /^\.TP/ { tag = 1 }' | plain |
        sed -e 's/^\.[BIR]* //' -e 's/[",|=]/ /g'
}

# `leaseLeft` is `lease left`, `decreeID` is `decree id`.
words() { sed 's/\([a-z]\)\([A-Z0-9]\)/\1 \2/g' | tr '[:upper:]' '[:lower:]'; }

# The cases of an enum with their numbers: `16@recovered`.
cases() { # DIRECTORY ENUM
    find "$1" -name "*.swift" -exec cat {} + | awk -v name="$2" '
        $0 ~ "enum " name "[:, ]" { on = 1 }
        on && /^ *case [A-Za-z0-9]+ = [0-9]+$/ { print $4 "@" $2 }
        on && /^ *}$/ { on = 0 }' | words
}

# The constants of an enum with their numbers, within an extension if one is named.
constants() { # DIRECTORY ENUM [EXTENSION]
    find "$1" -name "*.swift" -exec cat {} + | awk -v name="$2" -v within="${3:-}" '
        /^extension / { in_extension = $2 }
        $0 ~ "enum " name " \\{" && (within == "" || in_extension == within) { on = 1 }
        on {
            line = $0
            while (match(line, /[A-Za-z]+: UInt8 = [0-9]+/)) {
                split(substr(line, RSTART, RLENGTH), part, ": UInt8 = ")
                print part[2] "@" part[1]
                line = substr(line, RSTART + RLENGTH)
            }
        }
        on && /^ *}$/ { on = 0 }' | words
}

# Every option of a program as `VERB OPTION`, by the declarations of swift-argument-parser. What
# several verbs share stands under the verb `*`.
options() { # FILE...
    awk '
        function kebab(name,  out, i, c) {
            out = ""
            for (i = 1; i <= length(name); i++) {
                c = substr(name, i, 1)
                out = out (c ~ /[A-Z]/ ? "-" tolower(c) : c)
            }
            return out
        }
        function take(  name, long) {
            match(text, /(^|[ )])var [A-Za-z]+/)
            name = substr(text, RSTART, RLENGTH)
            sub(/.*var /, "", name)
            if (text ~ /help: \.hidden/) return
            if (kind == "Argument") { print verb, name; return }
            # A name that is only short stands alone.
            if (text ~ /name: \.customShort/) {
                match(text, /customShort\("[a-z]"\)/)
                print verb, "-" substr(text, RSTART + 13, 1)
                return
            }
            long = kebab(name)
            if (match(text, /customLong\("[a-z-]+"\)/))
                long = substr(text, RSTART + 12, RLENGTH - 14)
            print verb, "--" long
            if (text ~ /shortAndLong/) print verb, "-" substr(name, 1, 1)
            if (match(text, /customShort\("[a-z]"\)/)) print verb, "-" substr(text, RSTART + 13, 1)
        }
        /struct [A-Za-z]+: ParsableArguments/ { verb = "*" }
        /commandName: "/ {
            name = $0
            sub(/.*commandName: "/, "", name)
            sub(/".*/, "", name)
            match($0, /^ */)
            if (RLENGTH > 8) verb = outer " " name
            else verb = outer = name
            gsub(/ /, "_", verb)
        }
        /@OptionGroup/ { next }
        match($0, /@(Option|Flag|Argument)/) {
            kind = substr($0, RSTART + 1, RLENGTH - 1)
            text = ""
            open = 1
        }
        open {
            text = text " " $0
            if (text ~ /[ )]var [A-Za-z]+/) { take(); open = 0 }
        }' "$@"
}

# Every verb of a program; one that only has verbs below it, and does nothing itself, is none.
verbs() { # FILE...
    awk '
        /^    (mutating )?func run\(/ { does[outer] }
        /commandName: "/ {
            name = $0
            sub(/.*commandName: "/, "", name)
            sub(/".*/, "", name)
            match($0, /^ */)
            if (RLENGTH > 8) { if (!(outer in does)) delete found[outer]; found[outer "_" name] }
            else { found[outer = name] }
        }
        END { for (name in found) print name }' "$@"
}

# The options in the pages: `VERB OPTION`, with `*` for those of the section OPTIONS.
page_options() { # PAGE
    section "$1" OPTIONS | tags | awk '{ for (i = 1; i <= NF; i++) if ($i ~ /^-/) print "*", $i }'
    section "$1" COMMANDS | awk '
        /^\.SS / { verb = $0; sub(/^\.SS /, "", verb); gsub(/"/, "", verb); gsub(/ /, "_", verb); next }
        tag { print verb "\t" $0; tag = 0 }
        /^\.TP/ { tag = 1 }' | plain | awk -F '\t' '
        {
            line = $2
            if (line ~ /^\.I /) { print $1, substr(line, 4); next }
            sub(/^\.[BIR]* /, "", line)
            gsub(/[",|=]/, " ", line)
            count = split(line, part, " ")
            for (i = 1; i <= count; i++) if (part[i] ~ /^-/) print $1, part[i]
        }'
}

# --- Every page for itself.

version=$(sed -n 's/.*version = "\(.*\)"/\1/p' Sources/Control/Version.swift)
for page in man/*.[1-8]; do
    name=${page#man/}
    title=$(echo "${name%.*}" | sed 's/-/\\\\-/g')

    mandoc -T lint -W warning "$page" >"$work/said" 2>&1 || true
    silent "$page: mandoc"
    # As wide as lintian makes it: where a page ends, and a table on it, hangs on that.
    LC_ALL=C.UTF-8 MANWIDTH=78 man --warnings -E UTF-8 -l "$page" 2>"$work/said" >/dev/null ||
        echo "man fails" >>"$work/said"
    silent "$page: man --warnings"

    : >"$work/said"
    grep -q "^\.TH $title ${name##*.} [0-9-]* \"electd $version\" \"electd\"$" "$page" ||
        echo ".TH should name ${name%.*}, ${name##*.} and electd $version" >"$work/said"
    silent "$page: title"

    sed -n 's/^\.SH //p' "$page" | tr -d '"' | awk '
        BEGIN {
            count = split("NAME,SYNOPSIS,DESCRIPTION,OPTIONS,COMMANDS,EXIT STATUS,ENVIRONMENT,FILES,SIGNALS,EXAMPLES,NOTES,BUGS,SEE ALSO", order, ",")
            for (i = 1; i <= count; i++) place[order[i]] = i
        }
        $0 in place {
            if (place[$0] <= last) print $0 " stands too late"
            last = place[$0]
        }
        END { if (last != count) print "the last section is not SEE ALSO" }' >"$work/said"
    silent "$page: order of sections"

    grep -hoE '^\.BR elect[a-z.\\-]* \([0-9]\)' "$page" | plain |
        sed -E 's/^\.BR ([^ ]*) \(([0-9])\)/\1.\2/' | sort -u |
        while read -r other; do
            [ -f "man/$other" ] || echo "there is no man/$other"
        done >"$work/said"
    silent "$page: references"

    : >"$work/said"
    for other in man/*.[1-8]; do
        [ "$other" = "$page" ] || section "$other" "SEE ALSO"
    done | grep -q "^\.BR $title (${name##*.})" || echo "no SEE ALSO names it" >"$work/said"
    silent "$page: is referred to"
done

# --- Options and verbs.

for program in electctl electsim; do
    [ -d "Sources/$program" ] || continue
    page=man/$program.1
    sources=$(find "Sources/$program" -name '*.swift' | sort)
    # shellcheck disable=SC2086
    verbs $sources | sed "/^$program\$/d" >"$work/code"
    section "$page" COMMANDS | sed -n 's/^\.SS //p' | tr -d '"' | tr ' ' '_' >"$work/page"
    same "$page: verbs"

    # shellcheck disable=SC2086
    options $sources >"$work/code"
    printf '%s\n' '* -h' '* --help' >>"$work/code"
    grep -q ' version: ' Sources/$program/*.swift && echo '* --version' >>"$work/code"
    page_options "$page" >"$work/page"
    same "$page: options"
done

options Sources/electd/*.swift | sed 's/^electd/*/' >"$work/code"
printf '%s\n' '* -h' '* --help' '* --version' >>"$work/code"
page_options man/electd.8 >"$work/page"
same "man/electd.8: options"

options Sources/electd-switch/*.swift | sed 's/^electd-switch/*/' >"$work/code"
printf '%s\n' '* -h' '* --help' '* --version' >>"$work/code"
page_options man/electd-switch.8 >"$work/page"
same "man/electd-switch.8: options"

columns man/electctl.1 findings 1 | plain >"$work/page"
awk '/var word: String/ { on = 1 } on; on && /^    }/ { on = 0 } /var word: String \{ "/ { on = 0 }' \
    Sources/electctl/Doctor/*Findings.swift | grep -oE '"[a-z-]+"' | tr -d '"' >"$work/code"
same "man/electctl.1: findings"

# --- Exit statuses, environment, signals, the socket.

sed -n 's/^ *case [A-Za-z]* = \([0-9]*\)$/\1/p' Sources/Control/ExitCode.swift >"$work/code"
for page in man/electctl.1 man/electd.8; do section "$page" "EXIT STATUS"; done >"$work/statuses"
{
    tags <"$work/statuses"
    sed -n '/^The statuses/,/;/s/[^0-9]/ /gp' "$work/statuses"
} | tr -s ' ' '\n' | sed -n '/^[0-9][0-9]*$/p' >"$work/page"
same "man/electctl.1, man/electd.8: exit statuses"

environment() { # PAGE DIRECTORY...
    page=$1
    shift
    section "$page" ENVIRONMENT | tags | tr -s ' ' '\n' | sed '/^$/d' >"$work/page"
    {
        grep -rhoE '(variable|getenv)\("[A-Z_]+"\)' "$@" | sed 's/.*("\(.*\)")/\1/'
        # What libsystemd reads for whoever calls it.
        grep -rqw sd_watchdog_enabled "$@" && printf '%s\n' WATCHDOG_USEC WATCHDOG_PID
        grep -rqw sd_listen_fds_with_names "$@" &&
            printf '%s\n' LISTEN_FDS LISTEN_PID LISTEN_FDNAMES
    } >"$work/code" || true
    same "$page: environment"
}
environment man/electctl.1 Sources/electctl Sources/ElectClient
environment man/electd.8 Sources/electd Sources/Daemon Sources/Systemd
environment man/electd-switch.8 Sources/electd-switch Sources/Systemd/Notifier.swift

section man/electd.8 SIGNALS | tags | tr -s ' ' '\n' | sed '/^$/d' >"$work/page"
sed -n 's/.*signalNumbers = \[\(.*\)\]/\1/p' Sources/Daemon/Server.swift | tr -d ' ' | tr , '\n' >"$work/code"
same "man/electd.8: signals"

between man/electd.8 methods | tags | tr -d ' ' >"$work/page"
sed -n 's/^ *case [A-Za-z]* = "\(.*\..*\)"$/\1/p' Sources/Control/Request.swift >"$work/code"
same "man/electd.8: methods"

columns man/electctl.1 kinds 1 >"$work/page"
{
    awk '/var kind: String/ { on = 1 } on; /^    }/ { on = 0 }' Sources/Daemon/Telling/EventWords.swift |
        sed -n 's/.*: "\([a-z_]*\)"$/\1/p'
    grep -rhoE 'tell\(kind: "[a-z_]+"|static let snapshot = "[a-z_]+"|field\("kind", "[a-z_]+"' \
        Sources/Daemon Sources/Control/Replies.swift Sources/electctl |
        sed 's/.*"\([a-z_]*\)"$/\1/'
} >"$work/code"
same "man/electctl.1: kinds of event"

# --- electd.conf.

section man/electd.conf.5 OPTIONS | awk '
    /^\.SS / { gsub(/[][]/, "", $2); part = $2 }
    tag && match($0, /[A-Z][A-Za-z]*=/) { print part "." substr($0, RSTART, RLENGTH - 1) }
    { tag = /^\.TP/ }' >"$work/page"
sed -n 's/^ *case .* = "\([A-Za-z]*\.[A-Za-z]*\)"$/\1/p' Sources/Config/ConfigurationKey.swift >"$work/code"
same "man/electd.conf.5: keys"

plain man/electd.conf.5 >"$work/text"
{
    sed -n \
        -e 's/.*\(clusterKeyPath\|stateDirectory\|runtimeDirectory\|defaultPath\) = "\(.*\)"/\2/p' \
        -e 's/.*public var priority = \([0-9]*\)$/Default: \1./p' \
        -e 's/.*public var restartGrace = Duration.seconds(\([0-9]*\))/\1s/p' \
        -e 's/.*public var \(lease\|heartbeat\) = Duration.milliseconds(\([0-9]*\))/\2ms/p' \
        Sources/Config/Configuration.swift
    sed -n 's/.*defaultListen = \["\(.*\)", "\(.*\)"\].*/\1 \2/p' Sources/Config/Configuration.swift
} >"$work/defaults"
while read -r default; do
    grep -qF -- "$default" "$work/text" || echo "the default '$default' is not on the page"
done <"$work/defaults" >"$work/said"
[ "$(wc -l <"$work/defaults")" -eq 9 ] || echo "9 defaults were looked for" >>"$work/said"
silent "man/electd.conf.5: defaults"

# --- What is refused.

python3 -B Tests/Tidy/refusals.py >"$work/said" 2>&1 || echo "it fails" >>"$work/said"
silent "man/electctl.1: what is refused, and who is not let in"

# --- JSON.

reply_keys() { # TABLE FILE...: what a reply is written with, but for what status.json has as well
    table=$1
    shift
    columns man/electctl.1 "$table" 1 >"$work/page"
    cat "$@" | sed -n 's/.*writer\.field("\([a-z_]*\)".*/\1/p' | grep -vxE 'name|role|entries' >"$work/code"
    same "man/electctl.1: keys of $table --json"
}
reply_keys members Sources/Control/MemberList.swift
reply_keys history Sources/Control/History.swift
reply_keys timing Sources/Control/Timing.swift

# --- The status files and the lease page.

keys() { sed -n 's/.*writer\.field("\([a-z_]*\)".*/\1/p' "$1"; }
{ columns man/electd-status.5 status 1; columns man/electd-status.5 quorum 1; } >"$work/page"
keys Sources/Control/Status.swift >"$work/code"
same "man/electd-status.5: keys of status.json"
columns man/electd-status.5 members 1 >"$work/page"
keys Sources/Control/Member.swift >"$work/code"
same "man/electd-status.5: keys of members"
columns man/electd-status.5 env 1 >"$work/page"
sed -n 's/.*line("\([A-Z_]*\)".*/ELECTD_\1/p' Sources/Control/StatusEnvironment.swift |
    sed 's/_$/_*/' >"$work/code"
same "man/electd-status.5: variables of status.env"
columns man/electd-status.5 unsure 1 >"$work/page"
awk '/func explanation/ { on = 1 } on; on && /^    }/ { exit }' Sources/Daemon/Telling/StatusReport.swift |
    sed -n -e 's/.*("\([a-z_]*\)".*/\1/p' -e 's/^ *"\([a-z_]*\)",$/\1/p' >"$work/code"
same "man/electd-status.5: causes while unsure"
columns man/electd-status.5 causes 1 >"$work/page"
cases Sources/Election Cause | cut -d@ -f2 >"$work/code"
same "man/electd-status.5: causes of decrees"
columns man/electd-status.5 lease 1,3 | sed -n '/^[0-9]/p' >"$work/page"
sed -n 's/.*static let \([A-Za-z]*\)Offset = \([0-9]*\)$/\2@\1/p' Sources/Control/LeaseFields.swift |
    words >"$work/code"
same "man/electd-status.5: lease page"

# --- The protocol.

protocol() { # NAME
    columns man/electd-protocol.7 "$1" 1,2 >"$work/page"
    same "man/electd-protocol.7: $1"
}
cases Sources/Session DatagramKind >"$work/code" && protocol DatagramKind
cases Sources/Wire MessageKind >"$work/code" && protocol MessageKind
cases Sources/Wire ProbeKind >"$work/code" && protocol ProbeKind
constants Sources/Wire Tag >"$work/code" && protocol Tag
cases Sources/Election Reason >"$work/code" && protocol Reason
cases Sources/Election Cause >"$work/code" && protocol Cause
for row in ClusterState Member Settings; do
    constants Sources/Election Tag $row >"$work/code" && protocol $row
done
constants Sources/Storage Tag >"$work/code" && protocol Record
constants Sources/Storage FounderTag >"$work/code" && protocol Founder

# Rules that the code names and the page does not have, and the reverse.
section man/electd-protocol.7 RULES | tags | sed -n 's/.*\(R[0-9][0-9]*\).*/\1/p' >"$work/page"
grep -rhoE '\bR[0-9]+\b' Sources --include='*.swift' >"$work/code" || true
same "man/electd-protocol.7: rules"

between man/electd-protocol.7 "example heartbeat" | tr -d ' \n' >"$work/page"
sed 's/ *#.*//' Tests/WireTests/testdata/1/heartbeat.hex | tr -d ' \n' >"$work/code"
same "man/electd-protocol.7: the example is the golden heartbeat"

# --- The simulator, and the examples.

if [ -d Sources/Simulator ]; then
    columns man/electsim.1 properties 1 >"$work/page"
    cat Sources/Simulator/*.swift | tr -s ' \n' ' ' | grep -oE '(violate|Wrong)\( ?"[A-Za-z]+"' |
        sed 's/.*"\(.*\)"/\1/' >"$work/code"
    same "man/electsim.1: properties"
fi
if [ -d Sources/Scenarios ]; then
    columns man/electsim.1 stories 1 | plain >"$work/page"
    cat Sources/Scenarios/Stories/*.swift | tr -s ' \n' ' ' |
        grep -oE 'Scenario\( ?"[a-z0-9-]+"' | sed 's/.*"\(.*\)"/\1/' >"$work/code"
    same "man/electsim.1: stories"
fi

between man/electd-status.5 "example c" | sed '/^\./d' | plain >"$work/lease.c"
cc -std=c99 -O1 -Wall -Wextra -Wpedantic -Werror -o "$work/lease" "$work/lease.c" \
    >"$work/said" 2>&1 || echo "it does not compile" >>"$work/said"
silent "man/electd-status.5: the example in C"
for example in "man/electd-status.5 sh" "man/electd.7 fence" "man/electd.7 fenced"; do
    between "${example% *}" "example ${example#* }" | sed '/^\./d' | plain >"$work/example.sh"
    { [ -s "$work/example.sh" ] && sh -n "$work/example.sh" || echo "it is no script"; } \
        >"$work/said" 2>&1
    silent "${example% *}: the example in shell"
done

# The fence of electd(7), played: whoever has no epoch, or an old one, writes nothing.
mkdir "$work/shared"
between man/electd.7 "example fence" | plain | sed "s|/srv/shared|$work/shared|" >"$work/fence.sh"
between man/electd.7 "example fenced" | plain >"$work/job.sh"
played() { # STATUS WANTED WHAT: WANTED is the exit status, the fence, and how often the job wrote
    outcome="$1 $(cat "$work/shared/fence") $(ls "$work/shared" | grep -cx written || true)"
    rm -f "$work/shared/written"
    [ "$outcome" = "$2" ] || echo "'$3' gives '$outcome', not '$2'"
}
: >"$work/said"
echo 7 >"$work/shared/fence"
for row in "7:0 7 1" "6:5 7 0" ":5 7 0" "null:5 7 0" "8:0 8 1" "7:5 8 0" "10:0 10 1"; do
    status=0
    sh "$work/fence.sh" "${row%%:*}" touch written 2>/dev/null || status=$?
    played "$status" "${row#*:}" "fenced ${row%%:*}" >>"$work/said"
done
for row in "0:0 10 1" "69:69 10 0"; do
    status=0
    (
        electctl() { echo '{"epoch":10}' && return "${row%%:*}"; }
        jq() { sed 's/.*:\(.*\)}/\1/'; }
        fenced() { sh "$work/fence.sh" "$1" touch written; }
        . "$work/job.sh"
    ) || status=$?
    played "$status" "${row#*:}" "wait-leader ends with ${row%%:*}" >>"$work/said"
done
# A lock that is not had fences nothing.
{ echo 'flock() { return 1; }' && cat "$work/fence.sh"; } >"$work/unlocked.sh"
status=0
sh "$work/unlocked.sh" 11 touch written || status=$?
played "$status" "1 10 0" "flock fails" >>"$work/said"
silent "man/electd.7: the fence"

# --- The catalog, the header, the units.

# Each kind of event has one number in the sources and one entry in the catalog.
sed -n 's/^-- \([0-9a-f]*\)$/\1/p' Packaging/systemd/electd.catalog >"$work/page"
sed -n 's/^ *case .*: "\([0-9a-f]\{32\}\)"$/\1/p' Sources/Daemon/Telling/EventFields.swift >"$work/code"
same "Packaging/systemd/electd.catalog: numbers of events"
sort "$work/code" | uniq -d >"$work/said"
silent "Sources/Daemon/Telling/EventFields.swift: two kinds with one number"

cat >"$work/header.c" <<'EOF'
#include <electd/lease.h>
int main(void)
{
    struct electd_lease lease;
    electd_lease_open(&lease, NULL);
    return electd_lease_epoch(&lease, 20000000) ? 0 : 3;
}
EOF
mkdir "$work/electd"
cp Packaging/dev/lease.h "$work/electd/"
for compiler in "cc -std=c99" "c++ -x c++ -std=c++11"; do
    $compiler -O1 -Wall -Wextra -Wpedantic -Werror -I"$work" -o "$work/header" "$work/header.c" \
        >"$work/said" 2>&1 || echo "it does not compile" >>"$work/said"
    silent "Packaging/dev/lease.h: $compiler"
done

# --- Packages.

{
    rpmspec --parse --define "top $PWD" Packaging/rpm/electd.spec >/dev/null
    grep -q "^Version: *$version$" Packaging/rpm/electd.spec || echo "its version is not $version"
} >"$work/said" 2>&1
silent "Packaging/rpm/electd.spec"
sed '/^#/d' Packaging/systemd/electd.sysusers >"$work/page"
sed -n '/^systemd-sysusers/,/^EOF/{/^[ugm] /p}' Packaging/rpm/electd.spec >"$work/code"
same "Packaging/rpm/electd.spec: users"
: >"$work/said"
sed -n 1p Packaging/debian/changelog | grep -qF "electd ($version)" ||
    echo "it does not begin with electd ($version)" >"$work/said"
silent "Packaging/debian/changelog: version"
for page in man/*.[1-8]; do
    # The simulator is not installed.
    [ "$page" = man/electsim.1 ] || echo "${page#man/}"
done >"$work/page"
for packed in Packaging/debian/rules Packaging/rpm/electd.spec; do
    grep -oE '\belect[a-z.-]*\.[1578]\b' "$packed" >"$work/code"
    same "$packed: manual pages"
done

if command -v systemd-analyze >/dev/null; then
    for unit in electd electd-switch; do
        systemd-analyze security --no-pager --offline=true "Packaging/systemd/$unit.service" \
            2>/dev/null | sed -n 's/.*exposure level for .*: \([0-9.]*\) .*/\1/p' >"$work/score"
        awk '$1 <= 1.5 { fine = 1 } END { if (!fine) print "its score is above 1.5: " $1 }' \
            "$work/score" >"$work/said"
        silent "Packaging/systemd/$unit.service: sandbox"
    done
fi

finished=yes
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
