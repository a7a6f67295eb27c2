# SPDX-License-Identifier: Apache-2.0
"""Hosts on a switch that come, go, move and are many, while programs read all of their pages."""

import contextlib
import json
import os
import signal
import threading

from hosts import Cluster, Failed, eventually
from lease_page import boottime
from machine import Network, command

PROGRAMS = os.environ["ELECTD_PROGRAMS"]


class Readers(threading.Thread):
    """Looks at all pages all the time: who leads beside another, and how long nobody does."""

    def __init__(self, hosts):
        super().__init__(daemon=True)
        self._hosts = hosts
        self._is_over = False
        self._lock = threading.Lock()
        self.looks = 0
        self.overlap = None
        self.longest_gap = 0
        self.longest_look = 0

    def _leading(self):
        pages = [(host.name, host.page()) for host in self._hosts]
        return {(name, page.epoch) for name, page in pages if page and page.leads(page.seen_at)}

    def run(self):
        before, seen = set(), None
        while not self._is_over:
            began = boottime()
            now = self._leading()
            moment = boottime()
            # Who led in both rounds led while the other was looked at.
            both = before & now
            if len(both) > 1:
                self.overlap = both
            with self._lock:
                self.longest_look = max(self.longest_look, moment - began)
                if now and seen is not None:
                    self.longest_gap = max(self.longest_gap, moment - seen)
                self.looks += 1
            if now:
                seen = moment
            before = now

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self._is_over = True
        self.join()

    def judge(self, *hosts):
        """Since it was judged last nobody led beside another, and no leader was missed for longer than
        promise 4 of electd(7) allows, by the figures that these hosts have measured: all that are
        members now, for each knows other voters' round trips and its own disk.

        Who looks is late as well, and may have looked right before a lease began and ended."""
        if self.is_alive():
            # What happened until now has been looked at after one look that began later.
            looks = self.looks
            eventually("two more looks", lambda: self.looks > looks + 1)
        with self._lock:
            gap, look = self.longest_gap, self.longest_look
            self.longest_gap, self.longest_look = 0, 0
        promise = max(map(promised, hosts)) + 2 * look
        if self.overlap:
            raise Failed(f"these led at one moment: {sorted(self.overlap)}")
        if gap > promise:
            raise Failed(
                f"nobody led for {gap / 1e6:.0f} ms, and {promise / 1e6:.0f} ms are promised by "
                + ", ".join(host.name for host in hosts)
            )

    def check(self, *hosts):
        """After the end: the same, and it was looked often enough to be worth something."""
        self.judge(*hosts)
        if self.looks < 1000:
            raise Failed(f"only {self.looks} looks were taken")


def promised(host):
    """How long the cluster may be without a leader, in nanoseconds, as this host reckons."""
    bounds = json.loads(ask(host, "timing", "--json"))["bounds"]
    return next(bound["ns"] for bound in bounds if bound["name"] == "failover")


def join(host, *others):
    """Starts a host that asks these whether it may join."""
    addresses = " ".join(other.endpoint for other in others)
    configure(host, f"[Cluster]\nJoin={addresses}")
    host.start()


def configure(host, more):
    """Writes its configuration, with this behind it."""
    host.write_configuration()
    with host.configuration.open("a") as file:
        file.write(f"{more}\n")


def found(*hosts):
    """Prepares and starts hosts that found a cluster together; its leader."""
    members = [f"{host.name}={host.endpoint}" for host in hosts]
    for host in hosts:
        code, text = host.init(members)
        if code != 0:
            raise Failed(f"electctl init of {host.name} exits with {code}: {text}")
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
                readers.judge(*cluster.hosts[:size])
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
                readers.judge(*left)
        readers.check(*left)


def every_member_is_replaced():
    """three hosts are replaced one by one by three others, and none of the founders is left"""
    with Network(6, 4) as network:
        with Cluster(PROGRAMS, network.endpoints, network.inside) as cluster:
            old, new = cluster.hosts[:3], cluster.hosts[3:]
            found(*old)
            leader = cluster.agreed(old)
            founded = leader.status()["cluster_id"]
            # The leader goes in the middle: it replaces and is replaced.
            old = [host for host in old if host is not leader]
            old.insert(1, leader)
            with Readers(cluster.hosts) as readers:
                left = list(old)
                for host in new:
                    join(host, *left)
                    wait_for(
                        left[-1],
                        f"{host.name} among the members",
                        lambda all: any(m["name"] == host.name and m["up"] for m in all),
                    )
                    gone = left.pop(0)
                    replace(left[-1], gone, host)
                    status = gone.ended()
                    if status != 77:
                        raise Failed(f"{gone.name} exits with {status}: {gone.journal[-300:]}")
                    left.append(host)
                    cluster.agreed(left)
            status = left[0].status()
            members = {(member["name"], member["role"]) for member in status["members"]}
            if members != {(host.name, "voter") for host in new}:
                raise Failed(f"the members are {members}")
            if status["cluster_id"] != founded:
                raise Failed("it is another cluster")
            readers.check(*left)


def replace(host, gone, by):
    """Asks a host for that; 5 says that the new one has yet to answer for a while."""

    def look():
        code, text = host.electctl("replace", gone.name, "--by", by.name)
        if code not in (0, 4, 5):
            raise Failed(f"electctl replace exits with {code}: {text}")
        return code == 0

    eventually(f"{by.name} in the place of {gone.name}", look)


def two_hosts_and_a_witness():
    """of two hosts with a witness either may be lost, and the witness never leads"""
    with Network(3, 4) as network:
        with Cluster(PROGRAMS, network.endpoints, network.inside) as cluster:
            *pair, witness = cluster.hosts
            configure(witness, "[Node]\nRole=witness")
            found(*cluster.hosts)
            leader = cluster.agreed()
            with Readers(cluster.hosts) as readers:
                # Each of the two as the leader, and then as the other one.
                for lost in (leader, *cluster.others(leader, witness)):
                    for leads in (True, False):
                        leader = cluster.agreed()
                        stays = next(host for host in pair if host is not lost)
                        if (leader is lost) != leads:
                            to = lost if leads else stays
                            ask(stays, "transfer", "--wait", "--to", to.name)
                            cluster.agreed()
                        epoch = stays.page().epoch
                        lost.kill()
                        found_leader = cluster.agreed([stays, witness], above=epoch - (not leads))
                        if found_leader is not stays:
                            raise Failed(f"{found_leader.name} leads without {lost.name}")
                        if not leads and stays.page().epoch != epoch:
                            raise Failed("the lead changed when the other one was lost")
                        lost.start()
                        # Its page still says what it said when it was killed; so it is asked.
                        eventually(f"{lost.name} answers", lambda: lost.electctl("leader")[0] == 0)
                        cluster.agreed()
            readers.check(*pair)


def seven_lose_three():
    """of seven voters three are lost, the leader among them; a fourth, and nobody leads until it is back"""
    with Network(7, 4) as network:
        with Cluster(PROGRAMS, network.endpoints, network.inside) as cluster:
            found(*cluster.hosts)
            leader = cluster.agreed()
            others = cluster.others(leader)
            lost, left = [leader, *others[:2]], others[2:]
            with Readers(cluster.hosts) as readers:
                epoch = leader.page().epoch
                for host in lost:
                    host.kill()
                leader = cluster.agreed(left, above=epoch)
                if leader not in left:
                    raise Failed(f"{leader.name} leads, and is lost")
            readers.check(*left)
            fourth = next(host for host in left if host is not leader)
            epoch = leader.page().epoch
            fourth.kill()
            left.remove(fourth)
            missed = {"needed": 4, "reachable": 3, "voters": 7}

            def nobody_leads():
                seen = [host.status() for host in left]
                return all(one["role"] == "unsure" and one["quorum"] == missed for one in seen)

            eventually("three hosts that say that a fourth is missing", nobody_leads)
            fourth.start()
            cluster.agreed([*left, fourth], above=epoch - 1)


def thirty_observers():
    """thirty observers learn who leads, also when it changes, and none of them counts"""
    with Network(33, 4) as network:
        with Cluster(PROGRAMS, network.endpoints, network.inside) as cluster:
            voters, observers = cluster.hosts[:3], cluster.hosts[3:]
            found(*voters)
            leader = cluster.agreed(voters)
            ask(leader, "set", "auto-promote=no")
            with Readers(cluster.hosts) as readers:
                for host in observers:
                    join(host, *voters)
                wait_for(leader, "thirty observers", lambda all: count(all, "observer") == 30)
                cluster.agreed()
                readers.judge(*voters)
                epoch = leader.page().epoch
                leader.kill()
                cluster.agreed(cluster.others(leader), above=epoch)
            readers.check(*(host for host in voters if host is not leader))
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


def replace_the_key(cluster):
    """Another key for all; electd does not look at it yet."""
    key = cluster.directory / "cluster.key"
    key.unlink()
    code, text = cluster.hosts[0].electctl("key", "generate", str(key), ask=False)
    if code != 0:
        raise Failed(f"electctl key generate exits with {code}: {text}")


def stays(cluster, leader, epoch):
    """Waits until every host has vouched for its answer anew, and checks that it is the old one."""
    now = boottime()

    def vouched():
        pages = [host.page() for host in cluster.hosts]
        return all(page and page.holds(page.seen_at) and page.written_at > now for page in pages)

    eventually("all have spoken since", vouched)
    found = cluster.agreed()
    if found is not leader or leader.page().epoch != epoch:
        raise Failed(f"{found.name} leads under {leader.page().epoch}")


def cluster_key_replaced_by_reloads():
    """with SIGHUP on all hosts within five seconds the leader stays, and each says that it has it"""
    with Cluster(PROGRAMS) as cluster:
        leader = cluster.start()
        epoch = leader.page().epoch
        replace_the_key(cluster)
        for host in cluster.hosts:
            host.send(signal.SIGHUP)
        for host in cluster.hosts:
            eventually(f"{host.name} has it", lambda: "key is another one now" in host.journal)
        # Sessions under the old key are over by then: it leads by those under the new one.
        until = boottime() + 6_000_000_000
        eventually("the old sessions are over", lambda: boottime() > until)
        stays(cluster, leader, epoch)
        leader.send(signal.SIGHUP)
        eventually(f"{leader.name} says so", lambda: "key is the same as before" in leader.journal)


def cluster_key_replaced_by_restarts():
    """the leader first, then the others within RestartGrace=: it leads on under the same epoch"""
    with Cluster(PROGRAMS, election="Lease=1s\nRestartGrace=20s") as cluster:
        leader = cluster.start()
        epoch = leader.page().epoch
        replace_the_key(cluster)
        for host in [leader, *cluster.others(leader)]:
            host.send(signal.SIGUSR1)
            if host.ended() != 0:
                raise Failed(f"{host.name} does not end in order")
            host.start()
        stays(cluster, leader, epoch)


CASES = [
    grows_to_seven_and_shrinks_to_one,
    every_member_is_replaced,
    two_hosts_and_a_witness,
    seven_lose_three,
    thirty_observers,
    address_that_changes,
    cluster_key_replaced_by_reloads,
    cluster_key_replaced_by_restarts,
]
