# SPDX-License-Identifier: Apache-2.0
"""Root prepares, another user runs the daemon, and strangers stay outside."""

import contextlib
import json
import os
import pwd
import socket

from cases import Skipped
from hosts import Cluster, Failed, eventually
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


@contextlib.contextmanager
def acting_as(user):
    """Whoever connects in here is that user."""
    os.seteuid(user.pw_uid)
    try:
        yield
    finally:
        os.seteuid(0)


class Caller:
    """A connection that is kept."""

    def __init__(self, host, user):
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(30)
        with acting_as(user):
            self._socket.connect(str(host.socket))

    def ask(self):
        """Who leads? The reply, whatever it is."""
        with contextlib.suppress(BrokenPipeError):
            self._socket.sendall(b'{"method":"io.electd.GetLeader"}\0')
        said = b""
        while not said.endswith(b"\0"):
            more = self._socket.recv(4096)
            if not more:
                raise Failed(f"the connection is closed after {said!r}")
            said += more
        return json.loads(said[:-1])

    def close(self):
        self._socket.close()


def one_user_keeps_out_nobody_else():
    """who has 64 connections open is told to close some, and another user is let in all the same"""
    user = someone()
    others = [one for one in pwd.getpwall() if one.pw_uid not in (0, user.pw_uid)]
    if not others:
        raise Skipped("needs a third user")
    with Cluster(PROGRAMS, ["127.0.0.1:17378"]) as cluster, contextlib.ExitStack() as stack:
        host = cluster.start()
        os.chmod(host.socket, 0o666)

        def caller(user):
            new = Caller(host, user)
            stack.callback(new.close)
            return new

        mine = [caller(user) for _ in range(64)]
        for one in mine:
            if "error" in (said := one.ask()):
                raise Failed(f"one of 64 is told {said}")
        said = caller(user).ask()
        if said.get("error") != "io.electd.Busy" or "this user has 64" not in str(said):
            raise Failed(f"the 65th is told {said}")
        for other in (others[0], pwd.getpwuid(0)):
            if "error" in (said := caller(other).ask()):
                raise Failed(f"{other.pw_name} is told {said}")
        if "error" in (said := mine[0].ask()):
            raise Failed(f"who was let in is told {said}")
        mine.pop().close()
        eventually("another is let in for it", lambda: "error" not in caller(user).ask())


def socket_that_another_user_left():
    """a socket that root's daemon left behind is in the way of another user's, which says so"""
    user = someone()
    with Cluster(PROGRAMS, ["127.0.0.1:17379"]) as cluster:
        host = cluster.hosts[0]
        host.runtime.mkdir()
        for directory in (cluster.directory, host.directory, host.runtime):
            os.chown(directory, user.pw_uid, user.pw_gid)
        cluster.prepare()
        with socket.socket(socket.AF_UNIX) as left:
            left.bind(str(host.socket))
        os.chmod(host.socket, 0o600)
        (host.directory / "journal").touch()
        host.inside = become(user)
        host.start()
        if (status := host.ended()) != 1:
            raise Failed(f"it exits with {status}: {host.journal}")
        if "another user's socket is in the way" not in host.journal:
            raise Failed(f"it says {host.journal}")
        host.socket.unlink()
        host.start()
        cluster.agreed()


CASES = [
    init_by_root_for_another_user,
    strangers_may_not_ask,
    one_user_keeps_out_nobody_else,
    socket_that_another_user_left,
]
