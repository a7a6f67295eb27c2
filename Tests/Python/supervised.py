#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The daemon as a service, without systemd: this test is the service manager, and hears what it is
told. What only a real one can show is in Tests/Systemd.

    python3 Tests/Python/supervised.py [CASE...]
"""

import contextlib
import os
import resource
import select
import signal
import socket
import subprocess
import sys
import time

import cases
from hosts import ROOT, Cluster, Failed, eventually, free_ports

PROGRAMS = os.environ.get("ELECTD_PROGRAMS", ROOT / ".build" / "debug")


class Manager:
    """Takes datagrams, as a service manager does."""

    def __init__(self, directory):
        self.path = str(directory / "notify")
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(self.path)

    def fill(self):
        """From now on there is no room for what is said, until somebody takes some."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                while True:
                    sender.sendto(b"X=1", self.path)

    def next(self, within=30):
        """The next datagram, as a dictionary."""
        if not select.select([self._socket], [], [], within)[0]:
            raise Failed(f"nothing was said within {within} s")
        lines = self._socket.recv(65536).decode().splitlines()
        return dict(line.split("=", 1) for line in lines)

    def until(self, key):
        """The first datagram that has this key; what was said before is dropped."""
        while True:
            said = self.next()
            if key in said:
                return said

    def close(self):
        self._socket.close()


@contextlib.contextmanager
def supervised(
    watchdog=None, sockets=(), voters=1, endpoints=(), full=False, dies_of_limits=True
):
    """One daemon that is a cluster by itself, started as a service. Yields its host and manager.

    With more `voters` it is the only one of them that is started.
    `sockets` are pairs of a name and a listener that it is handed. With `dies_of_limits=False` a file
    that may grow no more is an error, and no signal."""
    endpoints = endpoints or [f"127.0.0.1:{port}" for port in free_ports(voters)]
    with Cluster(PROGRAMS, endpoints=endpoints) as cluster:
        host = cluster.hosts[0]
        cluster.prepare()
        manager = Manager(host.directory)
        if full:
            manager.fill()
        words = [f"NOTIFY_SOCKET={manager.path}"]
        if watchdog:
            words.append(f"WATCHDOG_USEC={watchdog * 1_000_000:.0f}")
        if sockets:
            words.append(f"LISTEN_FDS={len(sockets)}")
            words.append("LISTEN_FDNAMES=" + ":".join(name for name, _ in sockets))

        # In the child: the sockets to 3 and on, and LISTEN_PID, which only the shell in it knows.
        def hand_over():
            for index, (_, listener) in enumerate(sockets):
                os.dup2(listener.fileno(), 3 + index)

        script = 'LISTEN_PID=$$ exec "$@"'
        if not dies_of_limits:
            script = 'trap "" XFSZ; ' + script
        host.inside = ["env", *words, "sh", "-c", script, "sh"]
        start(host, hand_over if sockets else None)
        try:
            yield host, manager
        finally:
            manager.close()


def start(host, hand_over):
    with open(host.directory / "journal", "ab") as journal:
        host.process = subprocess.Popen(
            [*host.inside, str(PROGRAMS) + "/electd", "--config", str(host.configuration)],
            stdin=subprocess.DEVNULL,
            stdout=journal,
            stderr=journal,
            close_fds=hand_over is None,
            preexec_fn=hand_over,
        )


def ready_and_status():
    """READY=1 comes when a question is answered; STATUS= then follows what happens, in one line"""
    with supervised() as (host, manager):
        first = manager.next()
        if first.get("READY") != "1":
            raise Failed(f"the first thing it says is {first}")
        host.inside = []
        host.status()
        if not first["STATUS"].startswith("leader=none epoch=0 role=unsure voters="):
            raise Failed(f"its first status is {first['STATUS']}")
        want = "leader=n1 epoch=1 role=leader voters=1/1 quorum=ok"
        while manager.until("STATUS")["STATUS"] != want:
            pass


def reload_is_said():
    """a reload is begun and ended aloud; one that is refused says so until the next that is not"""
    with supervised() as (host, manager):
        manager.until("READY")
        good = host.configuration.read_text()
        for text, refused in ((good + "[Nonsense]\n", True), (good, False)):
            host.configuration.write_text(text)
            host.send(signal.SIGHUP)
            begun = manager.until("RELOADING")
            if int(begun["MONOTONIC_USEC"]) > time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000:
                raise Failed(f"it begins in the future: {begun}")
            ended = manager.until("READY")
            if ended["STATUS"].endswith("configuration=refused") != refused:
                raise Failed(f"after a reload that is {refused=} it says {ended}")


def stopping_is_said():
    """told to stop, and to make way for a restart, it says so and how long that may take"""
    for number in (signal.SIGTERM, signal.SIGUSR1):
        with supervised() as (host, manager):
            while "role=leader" not in manager.until("STATUS")["STATUS"]:
                pass
            host.send(number)
            said = manager.until("STOPPING")
            # Two leases of a second, a second, and one to spare.
            if said != {"STOPPING": "1", "EXTEND_TIMEOUT_USEC": "4000000"}:
                raise Failed(f"it says {said}")
            if host.ended() != 0:
                raise Failed("it fails")


def watchdog_is_fed():
    """the watchdog is fed at half of its time, and not by a daemon that is stopped"""
    with supervised(watchdog=1) as (host, manager):
        manager.until("READY")
        manager.until("WATCHDOG")
        began = time.monotonic()
        for _ in range(4):
            manager.until("WATCHDOG")
        span = (time.monotonic() - began) / 4
        # A busy machine may be late; more often would be a waste.
        if span < 0.4:
            raise Failed(f"it is fed every {span:.2f} s")
        host.send(signal.SIGSTOP)
        while True:
            try:
                manager.next(within=1.5)
            except Failed:
                break
        host.send(signal.SIGCONT)
        manager.until("WATCHDOG")


def manager_that_hangs():
    """a manager that takes nothing for a while holds nobody up, and hears of READY=1 afterwards"""
    with supervised(full=True, watchdog=5) as (host, manager):
        host.inside = []
        eventually("it leads", lambda: host.electctl("is-leader")[0] == 0)
        if manager.next() != {"X": "1"}:
            raise Failed("the queue was not full")
        if "role=leader" not in (said := manager.until("READY"))["STATUS"]:
            raise Failed(f"it says {said}")
        manager.until("WATCHDOG")


def watchdog_needs_no_quorum():
    """a host that is cut off from all others is fed on: a restart would not bring them back"""
    with supervised(watchdog=1, voters=3) as (host, manager):
        manager.until("READY")
        for _ in range(6):
            manager.until("WATCHDOG")
        host.inside = []
        if (role := host.status()["role"]) != "unsure":
            raise Failed(f"it says {role}")


def sockets_are_taken_over():
    """a socket that is handed over by the name varlink is used, another is said to be of no use"""
    with contextlib.ExitStack() as stack:
        here = stack.enter_context(Cluster(PROGRAMS, endpoints=["127.0.0.1:1"])).directory
        pairs = []
        for name in ("other", "varlink"):
            listener = stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
            listener.bind(str(here / name))
            listener.listen(8)
            # Above the numbers to which they are handed, so that none is written over.
            pairs.append((name, socket.socket(fileno=os.dup2(listener.detach(), 20 + len(pairs)))))
            stack.callback(pairs[-1][1].close)
        host, manager = stack.enter_context(supervised(sockets=pairs))
        manager.until("READY")
        host.inside = []
        code, text = host.electctl("leader", "--socket", str(here / "varlink"), ask=False)
        if code not in (0, 4):
            raise Failed(f"nobody answers at the socket that was handed over: {code} {text}")
        if host.socket.exists():
            raise Failed("it has opened a socket of its own as well")
        eventually("it says so", lambda: "the socket 'other' was handed over" in host.journal)
        host.send(signal.SIGTERM)
        host.ended()
        if not (here / "varlink").exists():
            raise Failed("it has removed a socket that is not its own")


def failed_start_ends_slowly():
    """a start that fails and may not fail the next time leaves the manager's limit for crashes"""
    with contextlib.ExitStack() as stack:
        port = free_ports(1)[0]
        taken = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        taken.bind(("127.0.0.1", port))
        began = time.monotonic()
        host, manager = stack.enter_context(supervised(endpoints=[f"127.0.0.1:{port}"]))
        said = manager.next()
        if "Address already in use" not in said.get("STATUS", ""):
            raise Failed(f"it says {said}")
        if host.ended() != 1:
            raise Failed("it does not end with 1")
        # Twenty times that are more than the minute of the unit.
        if (span := time.monotonic() - began) < 3.5:
            raise Failed(f"it has ended after {span:.1f} s")
        start(host, None)
        manager.until("STATUS")
        host.send(signal.SIGTERM)
        if host.ended() != 0:
            raise Failed("told to stop meanwhile, it fails")


def lose_disk(host):
    """From here on none of its files may be longer than a byte: the next record fails."""
    resource.prlimit(host.process.pid, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
    host.inside = []


def failed_run_ends_slowly():
    """so does a run whose disk fails a moment after its start; its socket is gone meanwhile"""
    began = time.monotonic()
    with supervised(dies_of_limits=False) as (host, manager):
        inside = host.inside
        while "role=leader" not in manager.until("STATUS")["STATUS"]:
            pass
        lose_disk(host)
        host.electctl("set", "max-voters=5")
        said = manager.until("STOPPING")
        if "the journal says why" not in said.get("STATUS", ""):
            raise Failed(f"it says {said}")
        if host.socket.exists():
            raise Failed("who asks it would wait for an answer")
        if host.ended() != 1:
            raise Failed("it does not end with 1")
        if (span := time.monotonic() - began) < 3.5:
            raise Failed(f"it has ended after {span:.1f} s")
        host.inside = inside
        start(host, None)
        manager.until("READY")


def failed_restart_ends_at_once():
    """whose disk fails while somebody waits for its end keeps nobody waiting"""
    with supervised(dies_of_limits=False) as (host, manager):
        while "role=leader" not in manager.until("STATUS")["STATUS"]:
            pass
        lose_disk(host)
        # A leader asks for a grace first, and that is a decree.
        host.send(signal.SIGUSR1)
        if host.ended() != 1:
            raise Failed("it does not end with 1")
        heard = []
        with contextlib.suppress(Failed):
            while True:
                heard.append(manager.next(within=0))
        if any("the journal says why" in said.get("STATUS", "") for said in heard):
            raise Failed(f"it says {heard}")


CASES = [
    failed_start_ends_slowly,
    failed_run_ends_slowly,
    failed_restart_ends_at_once,
    ready_and_status,
    reload_is_said,
    stopping_is_said,
    watchdog_is_fed,
    manager_that_hangs,
    watchdog_needs_no_quorum,
    sockets_are_taken_over,
]

if __name__ == "__main__":
    sys.exit(cases.run(CASES))
