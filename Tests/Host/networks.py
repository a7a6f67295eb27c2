# SPDX-License-Identifier: Apache-2.0
"""Three hosts on a switch: cables pulled out, filters in one direction, processes stopped.

All pages are on one machine and so on one clock. That makes the promise testable to the nanosecond:
no page names a leader before the lease on every other page is over.
"""

import contextlib
import os
import signal
import time

import lease_page
from disks import hand_over
from hosts import Cluster, Failed, eventually
from lease_page import boottime
from machine import Network

PROGRAMS = os.environ["ELECTD_PROGRAMS"]


@contextlib.contextmanager
def three_hosts(family=4):
    """Three hosts that have elected, and the leader's place among them."""
    with Network(3, family) as network:
        with Cluster(PROGRAMS, network.endpoints, network.inside) as cluster:
            leader = cluster.start()
            yield network, cluster, leader, cluster.hosts.index(leader)


def succession(cluster, old, others=None):
    """Waits for the next leader among the others, and checks that the old lease was over by then.

    Returns the next leader's host and epoch."""
    before = old.page()
    end = before.valid_until

    def look():
        nonlocal end
        page = old.page()
        if page and page.epoch == before.epoch and page.answer == lease_page.LEADER:
            end = page.valid_until
        elif page:
            end = min(end, page.written_at)
        for host in others or cluster.others(old):
            found = host.page()
            if found and found.epoch > before.epoch and found.leads(found.seen_at):
                return host, found
        return None

    host, found = eventually(f"a leader after {old.name}", look)
    if end > found.written_at:
        raise Failed(f"{host.name} led {end - found.written_at} ns before the old lease ended")
    return host, found.epoch


def no_longer_leads(host):
    """Waits until a host's page says neither `leader` nor `follower`."""
    eventually(
        f"{host.name} says unsure",
        lambda: (page := host.page()) and page.answer == lease_page.UNSURE,
    )


def follows(cluster, host, leader, epoch):
    """Waits until a host follows, and checks that its coming back has changed nothing."""
    found = cluster.agreed()
    if found is not leader or host.page().epoch != epoch:
        raise Failed(f"when {host.name} came back, {found.name} led under {host.page().epoch}")


def cable_out_of_the_leader():
    """the others elect once its lease is over; it says unsure; plugged in again it follows"""
    with three_hosts() as (network, cluster, leader, index):
        network.pull_out(index)
        next_leader, epoch = succession(cluster, leader)
        no_longer_leads(leader)
        network.plug_in(index)
        follows(cluster, leader, next_leader, epoch)


def cable_out_of_a_follower():
    """it says unsure and nobody else notices; plugged in again it follows the same leader"""
    with three_hosts() as (network, cluster, leader, _):
        follower = cluster.others(leader)[0]
        epoch = leader.page().epoch
        network.pull_out(cluster.hosts.index(follower))
        no_longer_leads(follower)
        network.plug_in(cluster.hosts.index(follower))
        follows(cluster, follower, leader, epoch)


def cables_out_of_two():
    """with no majority nobody leads and everybody says unsure; plugged in again somebody does"""
    with three_hosts() as (network, cluster, leader, _):
        epoch = leader.page().epoch
        for follower in cluster.others(leader):
            network.pull_out(cluster.hosts.index(follower))
        for host in cluster.hosts:
            no_longer_leads(host)
        code, text = leader.electctl("is-leader")
        if (code, text) != (4, "unsure"):
            raise Failed(f"electctl is-leader exits with {code}: {text}")
        for follower in cluster.others(leader):
            network.plug_in(cluster.hosts.index(follower))
        cluster.agreed(above=epoch - 1)


def leader_that_cannot_send():
    """what it sends is dropped, what it hears is not: its lease ends, the others elect, it follows"""
    with three_hosts() as (network, cluster, leader, index):
        network.filter(index, "output", "udp dport 7377 drop")
        next_leader, epoch = succession(cluster, leader)
        # `unsure` lasts here only until the first heartbeat of the next leader, which it hears.
        follows(cluster, leader, next_leader, epoch)
        network.unfilter(index)
        follows(cluster, leader, next_leader, epoch)


def leader_that_cannot_hear():
    """its heartbeats arrive, the acknowledgements do not: it says unsure, then the others elect"""
    with three_hosts() as (network, cluster, leader, index):
        network.filter(index, "input", "udp dport 7377 drop")
        next_leader, epoch = succession(cluster, leader)
        no_longer_leads(leader)
        network.unfilter(index)
        follows(cluster, leader, next_leader, epoch)


def link_between_two():
    """leader and one follower cannot reach each other: the third keeps the leader in office"""
    with three_hosts() as (network, cluster, leader, index):
        follower, witness = cluster.others(leader)
        epoch = leader.page().epoch
        cut_off = cluster.hosts.index(follower)
        network.filter(index, "input", f"ip saddr {network.addresses[cut_off]} drop")
        network.filter(cut_off, "input", f"ip saddr {network.addresses[index]} drop")
        no_longer_leads(follower)
        page = witness.page()
        if page.epoch != epoch or page.leader != leader.name:
            raise Failed(f"{page.leader} leads under {page.epoch}")
        network.unfilter(index)
        network.unfilter(cut_off)
        follows(cluster, follower, leader, epoch)


def firewall_that_says_unreachable():
    """"port unreachable" for a leader that lives is a hint: nobody leads before its lease ends"""
    with three_hosts() as (network, cluster, leader, index):
        network.filter(index, "input", "udp dport 7377 reject with icmp port-unreachable")
        next_leader, epoch = succession(cluster, leader)
        no_longer_leads(leader)
        network.unfilter(index)
        follows(cluster, leader, next_leader, epoch)


def leader_that_is_killed():
    """the kernel says "port unreachable" for it; the next one leads when its lease is over"""
    with three_hosts() as (_, cluster, leader, _):
        leader.send(signal.SIGKILL)
        leader.ended()
        next_leader, epoch = succession(cluster, leader)
        leader.start()
        follows(cluster, leader, next_leader, epoch)


def leader_that_is_stopped():
    """stopped past its lease and continued, it never says leader again, and follows"""
    with three_hosts() as (_, cluster, leader, _):
        leader.send(signal.SIGSTOP)
        next_leader, epoch = succession(cluster, leader)
        leader.send(signal.SIGCONT)

        def look():
            page = leader.page()
            if page and page.leads(page.seen_at):
                raise Failed(f"{leader.name} leads under {page.epoch}, late")
            return page and page.epoch == epoch and page.holds(page.seen_at)

        eventually(f"{leader.name} follows", look)
        follows(cluster, leader, next_leader, epoch)


def either_of_two_networks():
    """hosts with an address in each of two networks do not notice when either of them dies"""
    with Network(3, 4) as network:
        second = network.add_second()
        with Cluster(PROGRAMS, network.endpoints, network.inside) as cluster:
            cluster.members = [
                f"{member},{other}" for member, other in zip(cluster.members, second)
            ]
            for host in cluster.hosts:
                host.endpoint = "0.0.0.0:7377"
                host.write_configuration()
            leader = cluster.start()
            epoch, lease = leader.page().epoch, 1_000_000_000
            for number in (1, 2):
                with network.dead_switch(number):
                    # For as long as several leases: what rested on that network alone would end.
                    until = boottime() + 4 * lease
                    while boottime() < until:
                        for host in cluster.hosts:
                            page = host.page()
                            if not page.holds(page.seen_at) or page.epoch != epoch:
                                raise Failed(f"{host.name} noticed that network {number} was dead")
                        time.sleep(0.01)
                if cluster.agreed() is not leader or leader.page().epoch != epoch:
                    raise Failed(f"the lead changed with network {number}")


def address_that_comes_late():
    """a host that starts before its network has its address waits for it, and is found then"""
    for family in (4, 6):
        with Network(3, family) as network:
            with Cluster(PROGRAMS, network.endpoints, network.inside) as cluster:
                late = cluster.hosts[2]
                network.take_address(2)
                cluster.prepare()
                for host in cluster.hosts:
                    host.start()
                eventually(
                    f"{late.name} waits for it",
                    lambda: "does not have this address of Listen= yet" in late.journal,
                )
                network.give_address(2)
                cluster.agreed()


def narrow_path(family):
    """Hosts that think their network carries 1,500 bytes, and the switch drops what has over 1,280."""
    with Network(3, family) as network:
        network.narrow(1280)
        if network.longest(family) != 1200:
            raise Failed("the switch is not narrow")
        with Cluster(PROGRAMS, network.endpoints, network.inside) as cluster:
            leader = cluster.start()
            # Some kilobytes of labels: now a decree is several datagrams.
            for host in cluster.hosts:
                labels = [f"label=l{i}={'x' * 200}" for i in range(16)]
                code, text = leader.electctl("set", host.name, *labels)
                if code != 0:
                    raise Failed(f"electctl set exits with {code}: {text}")
            epoch = leader.page().epoch
            late, taker = cluster.others(leader)
            late.kill()
            hand_over(leader, taker)
            # And one that missed it learns it.
            late.start()
            cluster.agreed(above=epoch)
            shown = {len(member["labels"]) for member in late.status()["members"]}
            if shown != {16}:
                raise Failed(f"{late.name} knows members with {shown} labels")


def narrow_path_ipv4():
    """datagrams and fragments of messages pass a path of 1,280 bytes that says nothing, over IPv4"""
    narrow_path(4)


def narrow_path_ipv6():
    """and over IPv6, which promises no more"""
    narrow_path(6)


def ipv6_only():
    """hosts that have no IPv4 address at all elect, lose the leader and elect the next"""
    with three_hosts(family=6) as (network, cluster, leader, index):
        network.pull_out(index)
        next_leader, epoch = succession(cluster, leader)
        network.plug_in(index)
        follows(cluster, leader, next_leader, epoch)


CASES = [
    cable_out_of_the_leader,
    cable_out_of_a_follower,
    cables_out_of_two,
    leader_that_cannot_send,
    leader_that_cannot_hear,
    link_between_two,
    firewall_that_says_unreachable,
    leader_that_is_killed,
    leader_that_is_stopped,
    either_of_two_networks,
    ipv6_only,
    address_that_comes_late,
    narrow_path_ipv4,
    narrow_path_ipv6,
]
