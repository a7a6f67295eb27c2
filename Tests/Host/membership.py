# SPDX-License-Identifier: Apache-2.0
"""Hosts on a switch that come, go, move and are many, while programs read all of their pages."""

import contextlib
import os
import threading

from hosts import Cluster, Failed, eventually
from lease_page import boottime
from machine import Network, command

PROGRAMS = os.environ["ELECTD_PROGRAMS"]
LEASE = 1_000_000_000


class Readers(threading.Thread):
    """Looks at all pages all the time: who leads beside another, and how long nobody does."""

    def __init__(self, hosts):
        super().__init__(daemon=True)
        self._hosts = hosts
        self._is_over = False
        self.looks = 0
        self.overlap = None
        self.longest_gap = 0

    def _leading(self):
        pages = [(host.name, host.page()) for host in self._hosts]
        return {(name, page.epoch) for name, page in pages if page and page.leads(page.seen_at)}

    def run(self):
        before, seen = set(), None
        while not self._is_over:
            now = self._leading()
            # Who led in both rounds led while the other was looked at.
            both = before & now
            if len(both) > 1:
                self.overlap = both
            if now:
                moment = boottime()
                if seen is not None:
                    self.longest_gap = max(self.longest_gap, moment - seen)
                seen = moment
            before = now
            self.looks += 1

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self._is_over = True
        self.join()

    def check(self, gap):
        """After the end: nobody led beside another, and nobody was missed for longer than this."""
        if self.overlap:
            raise Failed(f"these led at one moment: {sorted(self.overlap)}")
        if self.longest_gap > gap:
            raise Failed(f"nobody led for {self.longest_gap / 1e6:.0f} ms")
        if self.looks < 1000:
            raise Failed(f"only {self.looks} looks were taken")


def join(host, *others):
    """Starts a host that asks these whether it may join."""
    addresses = " ".join(other.endpoint for other in others)
    host.write_configuration()
    with host.configuration.open("a") as file:
        file.write(f"[Cluster]\nJoin={addresses}\n")
    host.start()


def ask(host, *words):
    """Runs a command that has to succeed."""
    code, text = host.electctl(*words)
    if code != 0:
        raise Failed(f"electctl {' '.join(words)} on {host.name} exits with {code}: {text}")
    return text


def wait_for(host, what, look):
    """Waits until the members, as this host knows them, are as they should be."""
    return eventually(what, lambda: look(host.status()["members"]), within=60)


def count(members, role):
    return sum(1 for member in members if member["role"] == role)


@contextlib.contextmanager
def one_host_of(size):
    """A cluster of one, and others that may join it."""
    with Network(size, 4) as network:
        with Cluster(PROGRAMS, network.endpoints, network.inside) as cluster:
            first = cluster.hosts[0]
            code, text = first.init(cluster.members[:1])
            if code != 0:
                raise Failed(f"electctl init exits with {code}: {text}")
            first.start()
            cluster.agreed([first])
            yield network, cluster


def grows_to_seven_and_shrinks_to_one():
    """1, 3, 5, 7 hosts and back to 1: no two lead at a moment, and nobody is missed for long"""
    with one_host_of(7) as (_, cluster):
        first = cluster.hosts[0]
        with Readers(cluster.hosts) as readers:
            for size in (3, 5, 7):
                for host in cluster.hosts[size - 2 : size]:
                    join(host, first)
                wait_for(first, f"{size} voters", lambda all: count(all, "voter") == size)
                cluster.agreed(cluster.hosts[:size])
            # The first goes first: it has led all the time.
            left = list(cluster.hosts)
            while len(left) > 1:
                gone = left.pop(0)
                force = ["--force", "--yes"] if len(left) == 2 else []
                ask(left[-1], "remove", gone.name, *force)
                status = gone.ended()
                if status != 77:
                    raise Failed(f"{gone.name} exits with {status}: {gone.journal[-300:]}")
                cluster.agreed(left)
        readers.check(gap=2 * LEASE)


def thirty_observers():
    """thirty observers learn who leads, also when it changes, and none of them counts"""
    with Network(33, 4) as network:
        with Cluster(PROGRAMS, network.endpoints, network.inside) as cluster:
            voters, observers = cluster.hosts[:3], cluster.hosts[3:]
            cluster.members = cluster.members[:3]
            for host in voters:
                code, text = host.init(cluster.members)
                if code != 0:
                    raise Failed(f"electctl init exits with {code}: {text}")
                host.start()
            leader = cluster.agreed(voters)
            ask(leader, "set", "auto-promote=no")
            for host in observers:
                join(host, *voters)
            wait_for(leader, "thirty observers", lambda all: count(all, "observer") == 30)
            cluster.agreed()
            epoch = leader.page().epoch
            leader.kill()
            cluster.agreed(cluster.others(leader), above=epoch)
            if count(cluster.others(leader)[0].status()["members"], "voter") != 3:
                raise Failed("an observer has become a voter")


def address_that_changes():
    """a host that gets another address in its life is found there, and a decree says so"""
    with Network(4, 4) as network:
        with Cluster(PROGRAMS, network.endpoints, network.inside) as cluster:
            hosts = cluster.hosts[:3]
            for host in hosts:
                host.endpoint = "0.0.0.0:7377"
                host.write_configuration()
                host.init(cluster.members[:3])
                host.start()
            leader = cluster.agreed(hosts)
            moved = next(host for host in hosts if host is not leader)
            index, epoch = hosts.index(moved), leader.page().epoch
            old, new = network.addresses[index], network.addresses[3]
            # The namespace whose address that is takes no part.
            command(*network.inside[3], "ip", "address", "flush", "dev", "eth0")
            command(*moved.inside, "ip", "address", "delete", f"{old}/24", "dev", "eth0")
            command(*moved.inside, "ip", "address", "add", f"{new}/24", "dev", "eth0")
            wait_for(
                leader,
                "the new address",
                lambda all: any(f"{new}:7377" in member["addresses"] for member in all),
            )
            if cluster.agreed(hosts) is not leader or leader.page().epoch != epoch:
                raise Failed("the lead changed with the address")


CASES = [grows_to_seven_and_shrinks_to_one, thirty_observers, address_that_changes]
