#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The socket, as programs see it that are not ours: two Varlink libraries from PyPI call, wait,
stream and look around, against three daemons on loopback.

    .venv/bin/python Tests/Python/clients.py [CASE...]

The programs are those in .build/debug, or in $ELECTD_PROGRAMS.
"""

import asyncio
import contextlib
import dataclasses
import gc
import os
import sys
import threading
import time
import typing
from collections.abc import Iterator

import asyncvarlink
import varlink
from asyncvarlink.serviceinterface import InterfaceNotFound, VarlinkServiceInterface

import cases
from hosts import PATIENCE, ROOT, Cluster, Failed, eventually
from lease_page import boottime

PROGRAMS = os.environ.get("ELECTD_PROGRAMS", ROOT / ".build" / "debug")
Role = typing.Literal["leader", "follower", "unsure"]
MemberRole = typing.Literal["voter", "observer", "witness"]
Wanted = typing.Literal["any", "self", "not_self", "host"]


# The interface as a reader of its description would write it down for asyncvarlink.


@dataclasses.dataclass
class Quorum:
    needed: int
    reachable: int
    voters: int


@dataclasses.dataclass
class Member:
    name: str
    role: MemberRole
    up: bool
    addresses: list[str]
    labels: dict[str, str]
    priority: int
    drained: bool
    leader: bool
    reachable: bool
    last_heard_boottime_ns: int | None = None


@dataclasses.dataclass
class Status:
    schema: int
    version: str
    cluster: str
    cluster_id: str
    self: str
    role: Role
    leader_labels: dict[str, str]
    epoch: int
    decree: int
    seq: int
    since: str
    since_boottime_ns: int
    boot_id: str
    valid_until_boottime_ns: int
    quorum: Quorum
    members: list[Member]
    paused_until_boottime_ns: int
    cause: str
    text: str
    leader: str | None = None
    leader_address: str | None = None


class Answer(typing.TypedDict):
    role: Role
    leader: str | None
    leader_address: str | None
    leader_labels: dict[str, str]
    epoch: int
    decree: int
    boot_id: str
    valid_until_boottime_ns: int


class News(typing.TypedDict):
    seq: int
    kind: str
    cause: str
    text: str
    status: Status


class Electd(asyncvarlink.VarlinkInterface, name="io.electd"):
    @asyncvarlink.varlinkmethod
    def GetLeader(self) -> Answer: ...

    @asyncvarlink.varlinkmethod(return_parameter="status")
    def GetStatus(self) -> Status: ...

    @asyncvarlink.varlinkmethod
    def WaitLeader(
        self,
        *,
        kind: Wanted | None = None,
        host: str | None = None,
        after_epoch: int | None = None,
        min_validity_ms: int | None = None,
        timeout_ms: int | None = None,
    ) -> Answer: ...

    @asyncvarlink.varlinkmethod
    def Watch(self) -> Iterator[News]: ...


@contextlib.asynccontextmanager
async def connected(host):
    """An asyncvarlink connection to a host, ended with the block."""
    transport, protocol = await asyncvarlink.connect_unix_varlink(
        asyncvarlink.VarlinkClientProtocol, str(host.socket)
    )
    try:
        yield protocol
    finally:
        # Whoever hangs up in the middle of a stream does not miss what the library waits for still.
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
        transport.close()
        await asyncio.sleep(0)
        gc.collect()


def opened(host, interface="io.electd"):
    """A connection of the library `varlink`, which learns the methods from the daemon itself."""
    return varlink.Client.new_with_address(f"unix:{host.socket}").open(interface)


def within(coroutine):
    return asyncio.run(asyncio.wait_for(coroutine, PATIENCE))


def expect(is_so, what):
    if not is_so:
        raise Failed(what)


def error_of(call):
    """The error a call of the library `varlink` fails with: its name and its parameters."""
    try:
        answer = call()
    except varlink.VarlinkError as error:
        return error.error(), error.parameters()
    raise Failed(f"no error, but {answer}")


def transfer(to):
    """Has leadership handed over, as soon as the other one may take it: 5 says that it lags."""

    def look():
        code, text = leader.electctl("transfer", "--to", to.name)
        expect(code in (0, 5), f"electctl transfer exits with {code}: {text}")
        return code == 0

    eventually(f"the transfer to {to.name}", look)


# The cases.


def asks_who_leads():
    """every host names the same leader, and only the leader says that it is one"""
    with opened(leader) as of_leader:
        answer = of_leader.GetLeader()
    expect(answer["role"] == "leader", f"the leader's role is {answer['role']}")
    expect(answer["leader"] == leader.name, f"it names {answer['leader']}")
    for other in cluster.others(leader):
        with opened(other) as connection:
            seen = connection.GetLeader()
        expect(seen["role"] == "follower", f"{other.name} says {seen['role']}")
        same = ("leader", "epoch", "decree", "boot_id")
        expect(all(seen[key] == answer[key] for key in same), f"{seen} is not {answer}")


def asks_who_leads_typed():
    """the answer has exactly the fields and types of the description"""

    async def ask():
        async with connected(leader) as protocol:
            return await protocol.make_proxy(Electd).GetLeader()

    answer = within(ask())
    expect(answer["leader"] == leader.name, f"it names {answer['leader']}")
    expect(answer["leader_address"] == leader.endpoint, f"at {answer['leader_address']}")
    expect(answer["epoch"] == leader.page().epoch, "the page has another epoch")


def asks_for_everything():
    """the status has exactly the fields and types of the description"""

    async def ask():
        async with connected(leader) as protocol:
            return await protocol.make_proxy(Electd).GetStatus()

    status = within(ask())["status"]
    expect(status.cluster == "test", f"the cluster is {status.cluster}")
    expect(status.quorum.needed == 2 and status.quorum.voters == 3, f"{status.quorum}")
    names = [member.name for member in status.members]
    expect(names == [host.name for host in cluster.hosts], f"the members are {names}")
    expect([m.name for m in status.members if m.leader] == [leader.name], "another one leads")


def waits_for_a_leader():
    """a wait that is satisfied already ends at once"""
    with opened(leader) as connection:
        answer = connection.WaitLeader(kind="self", timeout_ms=10_000)
    expect(answer["leader"] == leader.name, f"it is {answer['leader']}")


def waits_in_vain():
    """a wait that nothing satisfies ends with the error TimedOut and a sentence"""
    with opened(leader) as connection:
        name, parameters = error_of(
            lambda: connection.WaitLeader(kind="host", host="nobody", timeout_ms=50)
        )
    expect(name == "io.electd.TimedOut", f"the error is {name}")
    expect(len(parameters["message"]) > 20, f"it says {parameters}")


def refuses_to_make_nobody_leader():
    """a transfer to a host that is no member is a typed error, and changes nothing"""
    epoch = leader.page().epoch
    with opened(leader) as connection:
        name, parameters = error_of(lambda: connection.Transfer(to="nobody", timeout_ms=5_000))
    expect(name in ("io.electd.NotMember", "io.electd.Refused"), f"the error is {name}")
    expect("nobody" in parameters["message"], f"it says {parameters}")
    expect(leader.page().epoch == epoch, "the epoch has changed")


def refuses_what_makes_no_sense():
    """a parameter of another type is refused by its name"""

    async def ask():
        async with connected(leader) as protocol:
            # Both libraries check types themselves; this goes past that.
            call = asyncvarlink.VarlinkMethodCall("io.electd.WaitLeader", {"after_epoch": "seven"})
            reply, _ = await protocol.call(call)
            return reply

    reply = within(ask())
    expect(reply.error == "org.varlink.service.InvalidParameter", f"the error is {reply.error}")
    expect(reply.parameters == {"parameter": "after_epoch"}, f"it says {reply.parameters}")


def describes_itself():
    """GetInfo names the product and both interfaces"""
    with opened(leader, "org.varlink.service") as connection:
        info = connection.GetInfo()
    expect(info["product"] == "electd", f"the product is {info['product']}")
    expect(
        sorted(info["interfaces"]) == ["io.electd", "org.varlink.service"],
        f"the interfaces are {info['interfaces']}",
    )


def describes_its_interface():
    """GetInterfaceDescription gives the text of the interface, and a typed error for another"""

    async def ask():
        async with connected(leader) as protocol:
            service = protocol.make_proxy(VarlinkServiceInterface)
            answer = await service.GetInterfaceDescription(interface="io.electd")
            try:
                await service.GetInterfaceDescription(interface="io.nobody")
            except InterfaceNotFound as error:
                return answer["description"], error.p_interface
            raise Failed("io.nobody is described")

    text, missing = within(ask())
    expect("interface io.electd\n" in text, "the text does not name the interface")
    expect("method WaitLeader(" in text, "the text has no WaitLeader")
    expect(missing == "io.nobody", f"the error is about {missing}")


def streams_with_varlink():
    """a watcher gets the whole picture, then a transfer as it happens, without a gap"""
    global leader
    follower = cluster.others(leader)[0]
    epoch = leader.page().epoch
    seen = []
    with opened(leader) as connection:
        for news in connection.Watch(_more=True):
            seen.append(news)
            if len(seen) == 1:
                transfer(to=follower)
            # A field that may be null may be left out as well.
            if news["status"].get("leader") == follower.name:
                break
            expect(len(seen) < 50, "fifty events, and none names the next leader")
    leader = cluster.agreed(above=epoch)
    expect(seen[0]["kind"] == "snapshot", f"the first is {seen[0]['kind']}")
    numbers = [news["seq"] for news in seen]
    expect(numbers == list(range(numbers[0], numbers[0] + len(seen))), f"the numbers: {numbers}")
    expect(leader is follower, f"{leader.name} leads")


def streams_with_asyncvarlink():
    """the same, typed, from a host that neither gives nor takes"""
    global leader
    taker, bystander = cluster.others(leader)
    epoch = leader.page().epoch

    async def watch():
        async with connected(bystander) as protocol:
            seen = []
            async for news in protocol.make_proxy(Electd).Watch():
                seen.append(news)
                if len(seen) == 1:
                    await asyncio.to_thread(transfer, to=taker)
                if news["status"].leader == taker.name:
                    return seen
                expect(len(seen) < 50, "fifty events, and none names the next leader")

    seen = within(watch())
    leader = cluster.agreed(above=epoch)
    expect(seen[0]["kind"] == "snapshot", f"the first is {seen[0]['kind']}")
    expect(seen[-1]["status"].epoch == epoch + 1, f"the epoch is {seen[-1]['status'].epoch}")
    expect(leader is taker, f"{leader.name} leads")


def holds_leadership():
    """a program on the leader is asked to let go, and leadership stays until it has hung up"""
    global leader
    taker = cluster.others(leader)[0]
    epoch = leader.page().epoch
    words = []
    with opened(leader) as connection:
        for word in connection.Hold(_more=True):
            words.append(word["state"])
            if len(words) == 1:
                operator = threading.Thread(target=transfer, args=(taker,), daemon=True)
                operator.start()
            else:
                break
        expect(words == ["held", "let_go"], f"it is told {words}")
        expect(word["epoch"] == epoch, f"of epoch {word['epoch']}")
        # Past the end that the page has now: the lease is renewed.
        end = leader.page().valid_until
        eventually("the end of that lease", lambda: boottime() > end)
        page = leader.page()
        expect(page.epoch == epoch and page.leads(boottime()), "the lease was not kept")
    leader = cluster.agreed(above=epoch)
    operator.join(PATIENCE)
    expect(leader is taker and not operator.is_alive(), f"{leader.name} leads")


if __name__ == "__main__":
    with Cluster(PROGRAMS) as cluster:
        leader = cluster.start()
        status = cases.run(
            [
                asks_who_leads,
                asks_who_leads_typed,
                asks_for_everything,
                waits_for_a_leader,
                waits_in_vain,
                refuses_to_make_nobody_leader,
                refuses_what_makes_no_sense,
                describes_itself,
                describes_its_interface,
                streams_with_varlink,
                streams_with_asyncvarlink,
                holds_leadership,
            ]
        )
    sys.exit(status)
