# SPDX-License-Identifier: Apache-2.0
"""Disks that are full, read-only or dying. What was promised is kept, what cannot be kept is not
promised, and the daemon says which."""

import contextlib
import os

from hosts import Cluster, Failed, eventually
from machine import Disk, fill, memory_disk

PROGRAMS = os.environ["ELECTD_PROGRAMS"]


@contextlib.contextmanager
def three_disks():
    """A cluster whose hosts have a disk each, not yet prepared."""
    with contextlib.ExitStack() as stack:
        cluster = stack.enter_context(Cluster(PROGRAMS))
        for host in cluster.hosts:
            host.disk = stack.enter_context(Disk(host.directory / "disk"))
            host.state = host.disk.path / "state"
            host.write_configuration()
        # The daemons end before their disks go.
        stack.callback(lambda: [host.kill() for host in cluster.hosts])
        yield cluster


def says(host, *sentences):
    """Waits for the daemon's end, and checks that it failed and said why."""
    status = host.ended()
    if status != 1:
        raise Failed(f"{host.name} exits with {status}, after: {host.journal[-300:]}")
    for sentence in sentences:
        if sentence not in host.journal:
            raise Failed(f"{host.name} does not say {sentence!r}: {host.journal[-300:]}")


def hand_over(giver, taker, allowed=(0,)):
    """Has leadership handed over, as soon as the taker may take it: 5 says that it lags."""

    def asked():
        done = giver.electctl("transfer", "--to", taker.name)
        return done if done[0] != 5 else None

    code, text = eventually(f"the transfer to {taker.name}", asked)
    if code not in allowed:
        raise Failed(f"electctl transfer exits with {code}: {text}")


def full_disk_at_init():
    """electctl init says that there is no room, and leaves nothing half-made behind"""
    with Cluster(PROGRAMS) as cluster:
        host = cluster.hosts[0]
        host.state = host.directory / "disk" / "state"
        host.write_configuration()
        with memory_disk(host.directory / "disk", size=8192):
            code, text = host.init(cluster.members)
            if code != 1 or "No space left on device" not in text:
                raise Failed(f"electctl init exits with {code}: {text}")
            if (host.state / "identity").exists():
                raise Failed("an identity was left behind, for which there is no record")
            host.start()
            says(host)


def full_disk_at_key():
    """a cluster key for which there is no room leaves nothing that the next try would take for one"""
    with Cluster(PROGRAMS) as cluster:
        host = cluster.hosts[0]
        disk, key = host.directory / "disk", host.directory / "disk" / "cluster.key"
        host.write_configuration()
        with memory_disk(disk, size=4096):
            fill(disk)
            code, text = host.electctl("key", "generate", str(key), ask=False)
            if code != 1 or "No space left on device" not in text or key.exists():
                raise Failed(f"electctl key generate exits with {code}: {text}")
            (disk / "ballast").unlink()
            code, text = host.electctl("key", "generate", str(key), ask=False)
            if code != 0:
                raise Failed(f"electctl key generate exits with {code}: {text}")


def full_disk_at_start():
    """a daemon that has to make its state and has no room for it says so and exits"""
    with Cluster(PROGRAMS) as cluster:
        cluster.prepare()
        host = cluster.hosts[0]
        host.state = host.directory / "disk" / "state"
        host.write_configuration()
        with memory_disk(host.directory / "disk", size=8192):
            host.start()
            says(host, "No space left on device")


def full_disk_while_running():
    """records are written in place, so a disk that fills up stops nothing, not even a restart"""
    with three_disks() as cluster:
        leader = cluster.start()
        for host in cluster.hosts:
            fill(host.disk.path)
        for taker in cluster.others(leader):
            epoch = leader.page().epoch
            hand_over(leader, taker)
            leader = cluster.agreed(above=epoch)
        epoch = leader.page().epoch
        for host in cluster.hosts:
            host.kill()
            host.start()
        cluster.agreed(above=epoch - 1)


def full_runtime_directory():
    """status files that cannot be written are said aloud once; page and socket go on"""
    with Cluster(PROGRAMS) as cluster, contextlib.ExitStack() as stack:
        for host in cluster.hosts:
            stack.enter_context(memory_disk(host.runtime, size=1 << 16))
        stack.callback(lambda: [host.kill() for host in cluster.hosts])
        leader = cluster.start()
        epoch = leader.page().epoch
        for host in cluster.hosts:
            fill(host.runtime)
        hand_over(leader, cluster.others(leader)[0])
        cluster.agreed(above=epoch)
        for host in cluster.hosts:
            eventually(f"{host.name} says it", lambda: "status files cannot be" in host.journal)
            if host.journal.count("status files cannot be") > 1:
                raise Failed(f"{host.name} says it again and again")


def read_only_disk_at_start():
    """a daemon that cannot write its record says so and exits; writable again, it follows"""
    with three_disks() as cluster:
        leader = cluster.start()
        epoch = leader.page().epoch
        host = cluster.others(leader)[0]
        host.kill()
        host.disk.make_read_only()
        host.start()
        says(host, "Read-only file system")
        host.disk.make_writable()
        host.start()
        if cluster.agreed() is not leader or host.page().epoch != epoch:
            raise Failed("the leader has changed")


def read_only_disk_of_the_leader():
    """a file system that turns read-only under a leader is a disk that failed: it says so and ends"""
    with three_disks() as cluster:
        leader = cluster.start()
        epoch = leader.page().epoch
        taker = cluster.others(leader)[0]
        leader.disk.turn_read_only()
        hand_over(leader, taker, allowed=(0, 4, 69))
        says(leader, "Read-only file system", "what is not on disk cannot be promised")
        found = cluster.agreed(cluster.others(leader), above=epoch)
        epoch = found.page().epoch
        # As long as it is so it does not start, and changes nothing for the others.
        leader.start()
        says(leader, "Read-only file system")
        leader.disk.repaired()
        leader.start()
        if cluster.agreed() is not found or leader.page().epoch != epoch:
            raise Failed("its coming back has changed the leader")


def hanging_disk_of_the_leader():
    """a heartbeat waits for no disk: the lease is renewed while nothing can be written"""
    with three_disks() as cluster:
        leader = cluster.start()
        page = leader.page()
        later = page.valid_until + 2_000_000_000

        def renewed():
            now = leader.page()
            return now and now.leads(now.seen_at) and now.written_at > later

        with leader.disk.hanging():
            eventually(f"{leader.name} still leads 2 s later", renewed)
        hand_over(leader, cluster.others(leader)[0])
        if cluster.agreed(above=page.epoch) is leader or leader.page().epoch != page.epoch + 1:
            raise Failed("the leader has changed in between")


def hanging_disk_of_a_follower():
    """it cannot promise, so the others elect without it; when the disk goes on, so does it"""
    with three_disks() as cluster:
        leader = cluster.start()
        victim, taker = cluster.others(leader)
        epoch = leader.page().epoch
        with victim.disk.hanging():
            hand_over(leader, taker)
            cluster.agreed(cluster.others(victim), above=epoch)
        cluster.agreed(above=epoch)


def dying_disk_of_a_follower():
    """its next promise cannot be kept: it stops voting, says so and exits; repaired, it follows"""
    with three_disks() as cluster:
        leader = cluster.start()
        victim, taker = cluster.others(leader)
        loses_its_disk(cluster, victim, leader, taker)


def dying_disk_of_the_leader():
    """asked to hand over it cannot write what comes next: it says so and exits, another leads"""
    with three_disks() as cluster:
        leader = cluster.start()
        loses_its_disk(cluster, leader, leader, cluster.others(leader)[0])


def loses_its_disk(cluster, victim, leader, taker):
    epoch = leader.page().epoch
    before = victim.status()
    victim.disk.die()
    # A leader may end before it knows what comes of the transfer: 4, or 69 without an answer.
    hand_over(leader, taker, allowed=(0, 4, 69) if victim is leader else (0,))
    says(victim, "what is not on disk cannot be promised")
    found = cluster.agreed(cluster.others(victim), above=epoch)
    epoch = found.page().epoch
    victim.disk.repaired()
    victim.start()
    if cluster.agreed() is not found or victim.page().epoch != epoch:
        raise Failed("its coming back has changed the leader")
    after = victim.status()
    if after["cluster_id"] != before["cluster_id"] or len(after["members"]) != 3:
        raise Failed(f"it has become another: {after}")


CASES = [
    full_disk_at_init,
    full_disk_at_key,
    full_disk_at_start,
    full_disk_while_running,
    full_runtime_directory,
    read_only_disk_at_start,
    read_only_disk_of_the_leader,
    hanging_disk_of_the_leader,
    hanging_disk_of_a_follower,
    dying_disk_of_a_follower,
    dying_disk_of_the_leader,
]
