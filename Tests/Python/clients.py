#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Two Varlink clients that are not ours, against a running electd.

The interface is worth something if a program in another language, written by people who have never
heard of us, can call it and stream from it. `varlink` reads the interface description and builds its
methods from that; `asyncvarlink` is told the types and checks every reply against them.

    clients.py              starts a cluster of one from .build/debug and asks it
    clients.py SOCKET       asks an electd that runs, whose cluster has a leader
"""

import asyncio
import collections.abc
import contextlib
import dataclasses
import enum
import gc
import pathlib
import socket
import subprocess
import sys
import tempfile
import typing

import asyncvarlink
import varlink

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Role(enum.Enum):
    leader = "leader"
    follower = "follower"
    unsure = "unsure"


class MemberRole(enum.Enum):
    voter = "voter"
    observer = "observer"
    witness = "witness"


class Wanted(enum.Enum):
    any = "any"
    self = "self"
    not_self = "not_self"
    host = "host"


class Leader(typing.TypedDict):
    role: Role
    leader: str | None
    leader_address: str | None
    leader_labels: dict[str, str]
    epoch: int
    decree: int
    boot_id: str
    valid_until_boottime_ns: int


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
    leader: bool
    reachable: bool
    last_heard_boottime_ns: int | None


@dataclasses.dataclass
class Status:
    schema: int
    version: str
    cluster: str
    cluster_id: str
    self: str
    role: Role
    leader: str | None
    leader_address: str | None
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
    cause: str
    text: str


class Event(typing.TypedDict):
    seq: int
    kind: str
    cause: str
    text: str
    status: Status


class Electd(asyncvarlink.VarlinkInterface, name="io.electd"):
    @asyncvarlink.varlinkmethod
    def GetLeader(self) -> Leader: ...

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
    ) -> Leader: ...

    @asyncvarlink.varlinkmethod
    def Watch(self) -> collections.abc.Iterator[Event]: ...


def check(condition: bool, what: typing.Any) -> None:
    if not condition:
        raise SystemExit(f"clients.py: {what}")


def ask_with_varlink(path: str) -> None:
    """What a script does: introspection first, the methods are made from it."""
    with varlink.Client.new_with_address(f"unix:{path}") as client:
        with client.open("org.varlink.service") as service:
            info = service.GetInfo()
            check(info["product"] == "electd", info)
            check("io.electd" in info["interfaces"], info)
            text = service.GetInterfaceDescription("io.electd")["description"]
            check("method GetLeader()" in text, text)
        with client.open("io.electd") as electd:
            leader = electd.GetLeader()
            check(leader["role"] in ("leader", "follower"), leader)
            check(leader["epoch"] >= 1, leader)
            status = electd.GetStatus()["status"]
            check(status["leader"] == leader["leader"], status)
            check(leader["leader"] in [m["name"] for m in status["members"]], status)
            waited = electd.WaitLeader(kind="any", timeout_ms=5000)
            check(waited["leader"] == leader["leader"], waited)
            try:
                electd.WaitLeader(after_epoch=leader["epoch"] + 1000, timeout_ms=20)
                check(False, "a wait for a far epoch was answered")
            except varlink.VarlinkError as error:
                check(error.error() == "io.electd.TimedOut", error)
                check(error.parameters()["message"], error)
        with client.open("io.electd") as electd:
            for event in electd.Watch(_more=True):
                check(event["kind"] == "snapshot", event)
                check(event["status"]["leader"] == leader["leader"], event)
                break


async def ask_with_asyncvarlink(path: str) -> None:
    """What a service does: types, and an event loop of its own."""
    transport, protocol = await asyncvarlink.connect_unix_varlink(
        asyncvarlink.VarlinkClientProtocol, path
    )
    electd = protocol.make_proxy(Electd)
    leader = await electd.GetLeader()
    check(leader["role"] in (Role.leader, Role.follower), leader)
    status = (await electd.GetStatus())["status"]
    check(status.leader == leader["leader"], status)
    check(status.quorum.reachable >= status.quorum.needed, status)
    waited = await electd.WaitLeader(timeout_ms=5000)
    check(waited["epoch"] >= leader["epoch"], waited)
    async with contextlib.aclosing(electd.Watch()) as events:
        async for event in events:
            check(event["kind"] == "snapshot", event)
            check(event["status"].members, event)
            break
    await leave(transport)


async def stream_with_asyncvarlink(path: str, happen: typing.Callable[[], None]) -> None:
    """The snapshot, and then what happens: an event for each thing, numbered without a gap."""
    transport, protocol = await asyncvarlink.connect_unix_varlink(
        asyncvarlink.VarlinkClientProtocol, path
    )
    last = None
    async with contextlib.aclosing(protocol.make_proxy(Electd).Watch()) as events:
        async for event in events:
            if last is None:
                check(event["kind"] == "snapshot", event)
                happen()
            else:
                check(event["seq"] == last + 1, (last, event))
                if event["kind"] == "answered":
                    break
            last = event["seq"]
    await leave(transport)


async def leave(transport: asyncvarlink.VarlinkTransport) -> None:
    """Hangs up in the middle of a stream; what the library still waits for is not missed."""
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
    transport.close()
    await asyncio.sleep(0)
    gc.collect()


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def ask_a_cluster_of_one() -> None:
    programs = ROOT / ".build" / "debug"
    with tempfile.TemporaryDirectory(prefix="electd-") as directory:
        listen = f"127.0.0.1:{free_port()}"
        configuration = pathlib.Path(directory, "electd.conf")
        configuration.write_text(
            f"[Cluster]\nName=python\nKey={directory}/key\n[Node]\nName=py1\nListen={listen}\n"
            f"[Paths]\nState={directory}/state\nRuntime={directory}/run\n"
        )
        path = f"{directory}/run/electd.sock"
        ctl = [str(programs / "electctl")]
        made = ["init", "--config", str(configuration), "--member", f"py1={listen}"]
        subprocess.run(ctl + made, check=True, stdout=subprocess.DEVNULL)
        daemon = subprocess.Popen(
            [str(programs / "electd"), "--config", str(configuration)], stderr=subprocess.PIPE
        )
        try:
            while b"leads: " not in (line := daemon.stderr.readline()):
                check(line != b"", "electd has ended")
            ask(path)
            # A transfer to oneself is answered, and everybody who watches hears of it.
            transfer = ctl + ["transfer", "--to", "py1", "--socket", path]
            asyncio.run(
                stream_with_asyncvarlink(
                    path,
                    lambda: subprocess.Popen(
                        transfer, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
                    ),
                )
            )
            print("clients.py: a stream of events, numbered without a gap")
        finally:
            daemon.kill()
            daemon.wait()


def ask(path: str) -> None:
    ask_with_varlink(path)
    print("clients.py: varlink calls, waits and streams")
    asyncio.run(ask_with_asyncvarlink(path))
    print("clients.py: asyncvarlink calls, waits and streams")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        ask(sys.argv[1])
    else:
        ask_a_cluster_of_one()
