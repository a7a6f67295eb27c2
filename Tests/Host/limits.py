# SPDX-License-Identifier: Apache-2.0
"""What a process may run out of: descriptors, the processor."""

import os
import resource
import socket
import threading

from hosts import Cluster, Failed, Host, eventually
from machine import Quota
from membership import Readers

PROGRAMS = os.environ["ELECTD_PROGRAMS"]


def leads_on(leader, epoch, nanoseconds=2_000_000_000):
    """Waits until its lease has been renewed for so long without a gap."""
    until = leader.page().written_at + nanoseconds

    def look():
        page = leader.page()
        if page is None:
            return False
        if not page.leads(page.seen_at) or page.epoch != epoch:
            raise Failed(f"{leader.name} leads no longer")
        return page.written_at > until

    eventually(f"{leader.name} renews its lease", look)


def descriptors_run_out():
    """a leader without a descriptor to spare leads on and says so; once it has one it lets people in"""
    with Cluster(PROGRAMS) as cluster:
        leader = cluster.start()
        epoch, number = leader.page().epoch, leader.process.pid
        before = resource.prlimit(number, resource.RLIMIT_NOFILE)
        # Every number below the limit is in use from here on, and nobody is connected who could go.
        # A status file is open for a moment only, and must not count.
        looks = [set(os.listdir(f"/proc/{number}/fd")) for _ in range(50)]
        used = set.intersection(*looks)
        free = next(n for n in range(len(used) + 1) if str(n) not in used)
        resource.prlimit(number, resource.RLIMIT_NOFILE, (free, before[1]))
        with socket.socket(socket.AF_UNIX) as caller:
            caller.connect(str(leader.socket))
            caller.sendall(b'{"method":"io.electd.GetLeader"}\0')
            eventually(
                f"{leader.name} says it", lambda: "nobody can be let in" in leader.journal
            )
            leads_on(leader, epoch)
            if leader.journal.count("nobody can be let in") > 1:
                raise Failed(f"{leader.name} says it again and again")
            resource.prlimit(number, resource.RLIMIT_NOFILE, before)
            # Who has waited at the door all the time is let in.
            caller.settimeout(10)
            if b'"role":"leader"' not in caller.recv(4096):
                raise Failed("who waited at the door got another answer")
        code, text = leader.electctl("is-leader")
        if (code, text) != (0, "leader") or leader.page().epoch != epoch:
            raise Failed(f"electctl is-leader exits with {code}: {text}")


def quota_of_the_leader():
    """a leader that gets the processor for a millisecond a second never leads beside the next one"""
    with Cluster(PROGRAMS) as cluster:
        leader = cluster.start()
        epoch = leader.page().epoch
        with Readers(cluster.hosts) as readers, Quota(leader.process.pid) as quota:
            with Questions(leader):
                eventually(f"{leader.name} is starved", lambda: quota.stalls() >= 3)
                # It may come to lead again, in its moments; and so the others, in between.
                eventually(
                    f"another epoch than {epoch}",
                    lambda: any(page and page.epoch > epoch for page in map(Host.page, cluster.hosts)),
                )
        if readers.overlap:
            raise Failed(f"these led at one moment: {sorted(readers.overlap)}")
        cluster.agreed(above=epoch)


class Questions(threading.Thread):
    """Somebody who asks and asks, so that the one who is asked has enough to do."""

    def __init__(self, host):
        super().__init__(daemon=True)
        self._host = host
        self._is_over = False

    def run(self):
        call = b'{"method":"io.electd.GetStatus"}\0' * 50
        while not self._is_over:
            try:
                with socket.socket(socket.AF_UNIX) as caller:
                    caller.settimeout(0.2)
                    caller.connect(str(self._host.socket))
                    while not self._is_over:
                        caller.sendall(call)
                        caller.recv(1 << 20)
            except OSError:
                continue

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self._is_over = True
        self.join()


CASES = [descriptors_run_out, quota_of_the_leader]
