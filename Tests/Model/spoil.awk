# SPDX-License-Identifier: Apache-2.0
#
# Spoils a trace in one place, as `what` says, and tells on stderr at which step the model must
# refuse it. Ends with 1 if the trace has no place for that.
#
#   promise-below   a voter that has promised 3.db2 gives its word to 2.db1 once more (R9)
#   same-epoch      another leader is proposed in the epoch of the one before (R13)
#   no-sync         the ballot of a candidate is not on its disk, and a voter promises it (R3)
#   two-leaders     while one host leads, another one says that it does, in the same epoch
#   whole-lease     a leader counts all of a grant, as if clocks ran alike (R15)
#   stale-lease     a host says that it leads when a lease has gone by since (R16)

function field(name,    rest) {
    if (!match($0, name " \\|-> ")) return ""
    rest = substr($0, RSTART + RLENGTH)
    sub(/[],}].*/, "", rest)
    return rest
}

# What is printed from here on is not spoilt any more.
function spoilt(step) { wanted = step; what = "" }

/^TheNames/ { names = $3 }
# The longest lease of the run.
/^TheLengths/ {
    lengths = $0
    gsub(/[{},]/, " ", lengths)
    for (i = split(lengths, word, " "); i > 2; i--) if (word[i] + 0 > grant + 0) grant = word[i]
}
/^TheWipes/ { wipes = $3 }

!/^\[do / { print; next }

{
    steps++
    isLast = !/,$/
    gsub(/"/, "'")
    act = field("do"); gsub(/'/, "", act)
    gsub(/'/, "\"")
    node = field("node"); ballot = field("ballot") + 0; slot = field("slot")
}

what == "promise-below" && act == "promise" && !isLast {
    if ((node, slot) in first) {
        if (ballot > given[node, slot]) {
            print
            print first[node, slot]
            spoilt(steps + 1)
            next
        }
    } else {
        first[node, slot] = $0
        given[node, slot] = ballot
    }
}

what == "same-epoch" && act == "propose" {
    leader = field("leader"); epoch = field("epoch")
    if (leaderOf[epoch - 1] != "" && leaderOf[epoch - 1] != leader) {
        sub("epoch \\|-> " epoch, "epoch |-> " (epoch - 1))
        spoilt(steps)
    }
    leaderOf[epoch] = leader
}

# From the stand to the first promise the candidate must do nothing else that needs its disk.
what == "no-sync" {
    if (act == "stand") {
        if (!dropped) { candidate = node; standing = ballot }
    } else if (candidate != "" && act == "sync" && node == candidate) {
        dropped = 1
        steps--
        next
    } else if (dropped && act == "promise" && ballot == standing) {
        spoilt(steps)
    } else if (dropped && node == candidate) {
        exit
    }
}

what == "two-leaders" && act == "leads" && !isLast {
    print
    sub("node \\|-> " node, "node |-> " (node % names + 1))
    spoilt(steps + 1)
}

what == "whole-lease" && act == "leads" {
    sub("left \\|-> [0-9]*", "left |-> " grant)
    spoilt(steps)
}

what == "stale-lease" && act == "leads" {
    line = "[do |-> \"tick\", by |-> <<" grant
    for (i = 2; i <= names * (1 + wipes); i++) line = line ", " grant
    print line ">>],"
    spoilt(steps + 1)
}

{ print }

END {
    if (!wanted) exit 1
    print wanted > "/dev/stderr"
}
