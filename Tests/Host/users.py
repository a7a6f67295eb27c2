# SPDX-License-Identifier: Apache-2.0
"""Root prepares, another user runs the daemon, and strangers stay outside."""

import os
import pwd

from cases import Skipped
from hosts import Cluster, Failed
from machine import need

PROGRAMS = os.environ["ELECTD_PROGRAMS"]


def someone():
    """A user that exists everywhere and owns nothing."""
    need("setpriv")
    try:
        return pwd.getpwnam("nobody")
    except KeyError:
        raise Skipped("needs a user nobody") from None


def become(user):
    """What to put before a command to run it as that user."""
    return [
        "setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--"
    ]


def init_by_root_for_another_user():
    """what root's `electctl init` makes belongs to the owner of the directory above it"""
    user = someone()
    with Cluster(PROGRAMS, ["127.0.0.1:17377"]) as cluster:
        host = cluster.hosts[0]
        for directory in (cluster.directory, host.directory):
            os.chown(directory, user.pw_uid, user.pw_gid)
        cluster.prepare()
        made = [host.state, *host.state.iterdir(), cluster.directory / "cluster.key"]
        for path in made:
            if path.stat().st_uid != user.pw_uid:
                raise Failed(f"{path.name} belongs to user {path.stat().st_uid}")
            if path.stat().st_mode & 0o077 and path != host.state:
                raise Failed(f"{path.name} can be read by others: {path.stat().st_mode:o}")
        (host.directory / "journal").touch()
        host.inside = become(user)
        host.start()
        cluster.agreed()


def strangers_may_not_ask():
    """a user outside of the socket's group is told so, with the exit status for "refused\""""
    user = someone()
    with Cluster(PROGRAMS) as cluster:
        leader = cluster.start()
        code, text = leader.electctl("leader", inside=become(user))
        if code != 5 or "group" not in text:
            raise Failed(f"electctl leader exits with {code}: {text}")


CASES = [init_by_root_for_another_user, strangers_may_not_ask]
