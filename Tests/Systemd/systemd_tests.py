#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""electd under a real systemd: installed, started, killed, cut off, upgraded, removed."""

import contextlib
import itertools
import json
import os
import pathlib
import re
import select
import socket
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Python"))

import cases
from fleet import Fleet, next_release, package, page, status
from hosts import Failed, eventually
from lease_page import LEADER, boottime

fleet = None


def expect(condition, sentence):
    if not condition:
        raise Failed(sentence() if callable(sentence) else sentence)


def says_unreachable(machine):
    """A question meets nobody, and is told so: 69 and a sentence."""
    done = machine.run("electctl", "leader")
    text = done.stderr.strip()
    expect(
        done.returncode == 69 and "electd does not run here" in text,
        f"{machine.name}: electctl leader exits with {done.returncode}: {text}",
    )


def starts_of(machine):
    return int(machine.show("electd.service", "NRestarts")["NRestarts"])


# Installing.


def installed_unconfigured():
    """installed by dpkg -i and not configured it is inactive, not failed; a question gets 69"""
    for machine in fleet.up():
        fleet.install(machine)
        for unit in ("electd.service", "electd.socket", "electd-switch.service"):
            shown = machine.show(unit, "ActiveState", "Result", "UnitFileState")
            expect(shown["ActiveState"] == "inactive", f"{unit} on {machine.name} is {shown}")
            expect(shown["UnitFileState"] == "enabled", f"{unit} on {machine.name} is {shown}")
        says_unreachable(machine)
        failed = machine.run("systemctl", "--failed", "--no-legend").stdout.strip()
        expect(not failed, f"{machine.name} has failed units: {failed}")
        started = machine.run("systemctl", "start", "electd.service")
        expect(started.returncode == 0, f"starting it unconfigured fails: {started.stderr}")
        shown = machine.show("electd.service", "ActiveState", "ConditionResult")
        expect(shown == {"ActiveState": "inactive", "ConditionResult": "no"}, f"it is {shown}")


def elects_and_runs_the_job():
    """configured and started, the three agree, and what belongs to the leader runs there alone"""
    leader = fleet.ready()
    for machine in fleet.machines:
        shown = machine.show("electd.service", "StatusText", "ActiveState", "User")
        role = "leader" if machine is leader else "follower"
        line = f"leader={leader.name} epoch={page(leader).epoch} role={role} voters=3/3 quorum=ok"
        eventually(
            f"{machine.name} shows {line}",
            lambda: machine.show("electd.service", "StatusText")["StatusText"] == line,
        )
        expect(shown["User"] == "electd", f"it runs as {shown['User']}")
        state = machine.run("systemctl", "is-system-running").stdout.strip()
        expect(state == "running", f"{machine.name} is {state}")


def waits_for_a_leader():
    """electd-wait-leader.service is active once there is a leader, and who needs it waits as well"""
    fleet.ready()
    for machine in fleet.machines:
        machine.run("systemctl", "stop", "electd.service", check=True)
    machine = fleet.machines[0]
    fails_with_the_wait(machine)
    machine.run("systemctl", "--no-block", "start", "electd-wait-leader.service", check=True)
    eventually("electd is started with it", lambda: machine.is_active("electd.service"))
    state = machine.show("electd-wait-leader.service", "ActiveState")["ActiveState"]
    expect(state == "activating", f"without a majority it is {state}")
    machine.run("systemctl", "start", "electd.service", check=True)
    fleet.ready()
    eventually("it is active", lambda: machine.is_active("electd-wait-leader.service"))
    machine.run("systemctl", "stop", "electd-wait-leader.service", check=True)


def fails_with_the_wait(machine):
    """Where there is no leader in time, a unit as the manual says is not started."""
    unit = "/etc/systemd/system/needs-a-leader.service"
    hurry = "/etc/systemd/system/electd-wait-leader.service.d/hurry.conf"
    wait = "electd-wait-leader.service"
    needs = f"[Unit]\nRequires={wait}\nAfter={wait}\n"
    machine.write(unit, f"{needs}[Service]\nType=oneshot\nExecStart=/bin/touch /run/started\n")
    command = "ExecStart=\nExecStart=/usr/bin/electctl wait-leader --quiet --timeout 500ms"
    machine.write(hurry, f"[Service]\n{command}\n")
    machine.run("systemctl", "daemon-reload", check=True)
    try:
        started = machine.run("systemctl", "start", "needs-a-leader.service")
        expect(started.returncode != 0, "it is started without a leader")
        shown = machine.show(wait, "ExecMainStatus")
        expect(shown == {"ExecMainStatus": "124"}, f"the wait ends with {shown}")
        expect(machine.run("test", "-e", "/run/started").returncode == 1, "it has run")
    finally:
        machine.run("rm", unit, hurry)
        machine.run("systemctl", "daemon-reload", check=True)
        machine.run("systemctl", "reset-failed")


def who_may_ask():
    """members of the group may ask and not change; others are told which group they need"""
    machine = fleet.ready()

    def as_nobody(*words, group=None):
        who = [f"--groups={group}"] if group else ["--clear-groups"]
        return machine.run("setpriv", "--reuid=nobody", "--regid=nogroup", *who, "--", *words)

    done = as_nobody("electctl", "leader")
    expect(done.returncode == 5 and "group" in done.stderr, f"a stranger: {done}")
    done = as_nobody("electctl", "leader", group="electd")
    expect(done.stdout.strip() == machine.name, f"a member of electd: {done}")
    done = as_nobody("electctl", "transfer", group="electd")
    expect(done.returncode == 5, f"a member of electd may change things: {done}")
    done = as_nobody("electctl", "transfer", group="electd,electd-admin")
    expect(done.returncode == 0, f"a member of electd-admin may not: {done}")


def security():
    """the sandbox: at most 1.5 for the daemon, and the daemon runs in it"""
    machine = fleet.ready()
    for unit in ("electd.service", "electd-switch.service"):
        text = machine.run("systemd-analyze", "security", "--no-pager", unit).stdout
        line = text.strip().splitlines()[-1]
        score = float(re.search(r"service: ([0-9.]+)", line)[1])
        expect(score <= 1.5, f"{unit}: {line}")


def journal_has_fields():
    """an event in the journal has its number, epoch and cluster, and the catalog explains it"""
    leader = fleet.ready()
    text = leader.run(
        "journalctl", "-u", "electd", "-o", "json", "ELECTD_CLUSTER=lab", "--no-pager"
    ).stdout
    entries = [json.loads(line) for line in text.splitlines()]
    leads = [e for e in entries if e["MESSAGE"].startswith("leads:")]
    expect(leads, f"no entry says that {leader.name} leads: {[e['MESSAGE'] for e in entries]}")
    last = leads[-1]
    expect(last["ELECTD_EPOCH"] == str(page(leader).epoch), f"{last}")
    expect(last["_SYSTEMD_UNIT"] == "electd.service" and last["PRIORITY"] == "5", f"{last}")
    text = leader.run("journalctl", "-x", f"MESSAGE_ID={last['MESSAGE_ID']}", "--no-pager").stdout
    expect("the fencing token" in text, f"the catalog does not explain it: {text[-500:]}")


def varlinkctl_speaks_with_it():
    """varlinkctl reads the interface, asks, and follows the stream"""
    leader = fleet.ready()
    if leader.run("sh", "-c", "command -v varlinkctl").returncode != 0:
        raise cases.Skipped(f"{fleet.suite} has no varlinkctl")
    socket = "/run/electd/electd.sock"
    text = leader.run("varlinkctl", "introspect", socket, "io.electd", check=True).stdout
    expect("interface io.electd" in text and "method Watch" in text, f"it reads {text}")
    text = leader.run("varlinkctl", "-j", "call", socket, "io.electd.GetLeader", "{}", check=True)
    expect(json.loads(text.stdout)["leader"] == leader.name, f"it is told {text.stdout}")
    stream = leader.start("varlinkctl", "-j", "call", "--more", socket, "io.electd.Watch", "{}")
    try:
        expect(
            json.loads(stream.stdout.readline().lstrip("\x1e"))["kind"] == "snapshot",
            "the stream does not begin with a snapshot",
        )
        heir = fleet.others(leader)[0]
        epoch = page(leader).epoch
        transfer(leader, heir)
        line = ""
        while '"decided"' not in line:
            line = stream.stdout.readline()
            expect(line, "the stream ends")
        expect(json.loads(line.lstrip("\x1e"))["status"]["epoch"] == epoch + 1, f"it says {line}")
    finally:
        stream.kill()
        stream.wait()


# The job follows the lease.


def led_since(machine):
    """When it said that it leads, in microseconds; all machines share that clock."""
    return said_at(machine, "leads:", "-u", "electd")


def said_at(machine, beginning, *matches):
    """When the last entry of the journal came that begins so."""
    text = machine.run("journalctl", *matches, "-b", "-o", "json", "-n", "50", "--no-pager").stdout
    entries = [json.loads(line) for line in text.splitlines()]
    found = [e for e in entries if str(e["MESSAGE"]).startswith(beginning)]
    expect(found, f"{machine.name} does not say {beginning!r}")
    return int(found[-1]["__MONOTONIC_TIMESTAMP"])


def started_at_once():
    """the job starts within 100 ms of leadership, by the journal's own clock"""
    leader = fleet.ready()
    spans = []
    for taker in [*fleet.others(leader), leader]:
        epoch = page(taker).epoch
        transfer(fleet.agreed(), taker)
        expect(fleet.agreed(above=epoch) is taker, "another leads")
        fleet.job_runs_on(taker)
        began = int(taker.show("job.service", "ExecMainStartTimestampMonotonic").popitem()[1])
        spans.append((began - led_since(taker)) / 1000)
    print(f"  the job began after {', '.join(f'{span:.0f}' for span in spans)} ms")
    # The machine is shared with whatever else runs on it: the median counts.
    expect(sorted(spans)[len(spans) // 2] <= 100, f"it took {spans} ms")


def job_times(machine):
    """When the job began and ended, in microseconds of the clock that all machines share."""
    text = machine.run(
        "journalctl", "-b", "-o", "json", "--no-pager", "UNIT=job.service"
    ).stdout
    times = []
    for entry in map(json.loads, text.splitlines()):
        word = str(entry["MESSAGE"]).split()[0]
        if word in ("Started", "Stopped"):
            times.append((int(entry["_SOURCE_REALTIME_TIMESTAMP"]), word, machine.name))
    return times


def never_at_once(since, runs_on):
    """Since then the job has ended on one host before it began on the next."""
    times = [one for machine in fleet.machines for one in job_times(machine) if one[0] >= since]
    for _, word, name in sorted(times):
        if word == "Started":
            expect(runs_on in (None, name), f"the job began on {name} and ran on {runs_on}: {times}")
            runs_on = name
        elif runs_on == name:
            runs_on = None


def handed_over():
    """on a transfer the job has ended on the old host before it begins on the new one"""
    leader = fleet.ready()
    gaps = []
    for heir in [*fleet.others(leader), leader]:
        giver, epoch = fleet.agreed(), page(leader).epoch
        if heir is giver:
            continue
        transfer(giver, heir)
        expect(fleet.agreed(above=epoch) is heir, "another leads")
        fleet.job_runs_on(heir)
        ended = [at for at, word, _ in job_times(giver) if word == "Stopped"][-1]
        began = [at for at, word, _ in job_times(heir) if word == "Started"][-1]
        gaps.append((began - ended) / 1000)
    print(f"  the job began {', '.join(f'{gap:.0f}' for gap in gaps)} ms after it had ended")
    expect(min(gaps) > 0, "the job ran on two hosts at once")


def twelve_changes():
    """after twelve quick changes of the leader the job runs where it should, and nowhere else"""
    leader = fleet.ready()
    before = (time.time_ns() // 1000, leader.name)
    # What was killed in an earlier case had no time to write that it stopped.
    seen = {machine.name: len(fleet.job_lines(machine)) for machine in fleet.machines}
    for turn in range(12):
        epoch = page(leader).epoch
        transfer(leader, fleet.others(leader)[turn % 2])
        leader = fleet.agreed(above=epoch)
    fleet.job_runs_on(leader)
    never_at_once(*before)
    for machine in fleet.machines:
        lines = fleet.job_lines(machine)[seen[machine.name] :]
        expect(
            # A start that is taken back before it was made leaves a `stop` of its own.
            all((a, b) != ("start", "start") for a, b in zip(lines, lines[1:])),
            f"the job on {machine.name} was started twice: {lines}",
        )


def transfer(giver, taker):
    """Hands over; 5 says that the taker lags, and is asked again."""

    def asked():
        done = giver.run("electctl", "transfer", "--to", taker.name)
        if done.returncode not in (0, 5):
            raise Failed(f"electctl transfer exits with {done.returncode}: {done.stderr}")
        return done.returncode == 0

    eventually(f"{taker.name} takes over", asked, within=10)


def told_to_stop_ahead_of_the_end():
    """a leader whose lease is not renewed has its job ended before the lease ends"""
    leader = fleet.ready()
    # A daemon that is stopped renews nothing and says nothing.
    leader.run("systemctl", "kill", "-s", "STOP", "electd.service", check=True)
    end = page(leader).valid_until
    eventually("the job is gone", lambda: not leader.is_active("job.service"), within=10)
    late = (boottime() - end) / 1e6
    print(f"  the job was seen gone {-late:.0f} ms before the end of the lease")
    expect(late < 0, f"the job ended {late:.0f} ms after the lease")
    fleet.agreed(fleet.others(leader), above=page(leader).epoch)
    leader.run("systemctl", "kill", "-s", "CONT", "electd.service")
    fleet.agreed()


# What happens to daemons.


def socket_inode(machine):
    return machine.run("stat", "-c", "%i", "/run/electd/electd.sock", check=True).stdout


def watchdog():
    """a daemon that is stopped is killed by the watchdog and started again; another leads meanwhile"""
    leader = fleet.ready()
    epoch = page(leader).epoch
    before = starts_of(leader)
    leader.run("systemctl", "kill", "-s", "STOP", "electd.service", check=True)
    heir = fleet.agreed(fleet.others(leader), above=epoch)
    fleet.job_runs_on(heir)
    eventually("it is started again", lambda: starts_of(leader) == before + 1, within=30)
    expect(fleet.agreed() is heir, "its coming back has changed the leader")
    expect("watchdog" in leader.journal("-u", "electd").lower(), "the journal says nothing of it")


def killed():
    """kill -9 of the leader's daemon: back within the lease it leads on, and the job never stops"""
    leader = fleet.ready()
    epoch = page(leader).epoch
    lines = fleet.job_lines(leader)
    inode = socket_inode(leader)
    leader.run("systemctl", "kill", "-s", "KILL", "electd.service", check=True)
    eventually("it runs again", lambda: leader.is_active("electd.service"))
    expect(fleet.agreed() is leader and page(leader).epoch == epoch, "the leader has changed")
    fleet.job_runs_on(leader)
    expect(fleet.job_lines(leader) == lines, "the job was stopped or started again")
    expect(socket_inode(leader) == inode, "the socket is another one")
    eventually("it answers", lambda: status(leader).get("epoch") == epoch)


@contextlib.contextmanager
def disk_that_fails_soon(machine):
    """Each run of its daemon can write its records for a moment only."""
    drop_in = "/etc/systemd/system/electd.service.d/disk.conf"
    machine.write(
        drop_in,
        """[Service]
ExecStart=
ExecStart=/bin/sh -c 'trap "" XFSZ; exec /usr/sbin/electd'
SystemCallFilter=
ExecStartPost=/usr/bin/prlimit --fsize=1: --pid $MAINPID
""",
    )
    machine.run("systemctl", "daemon-reload", check=True)
    try:
        yield
    finally:
        machine.run("rm", drop_in)
        machine.run("systemctl", "daemon-reload", check=True)
        machine.run("systemctl", "restart", "electd.service", check=True)


def fails_soon_after_each_start():
    """whose disk fails a moment after each start is started again and again, and not given up"""
    leader = fleet.ready()
    machine = fleet.others(leader)[0]
    with disk_that_fails_soon(machine):
        done = machine.run("systemctl", "restart", "electd.service")
        expect(done.returncode == 0, lambda: machine.journal("-u", "electd", "-n", "12"))
        fleet.agreed()
        before, began = starts_of(machine), time.monotonic()
        voters = itertools.cycle((5, 7))

        def is_back():
            # A decree that it cannot keep, if it has begun.
            leader.run("electctl", "set", f"max-voters={next(voters)}", check=True)
            return starts_of(machine) >= before + 3

        # If each took no time, twenty would soon be too many.
        eventually("it is started three times", is_back, within=60)
        span = time.monotonic() - began
        expect(span > 2 * 3.5, f"it is started three times in {span:.1f} s")
        shown = machine.show("electd.service", "Result", "ActiveState")
        expect(shown["Result"] in ("success", "exit-code"), f"it is {shown}")
    expect(fleet.agreed() is leader, "the leader has changed")
    leader.run("electctl", "set", "max-voters=7", check=True)


def restarted_leader():
    """systemctl restart of the leader keeps leader, epoch, job and socket; a watcher says one gap"""
    leader = fleet.ready()
    epoch = page(leader).epoch
    lines = fleet.job_lines(leader)
    inode = socket_inode(leader)
    watcher = leader.start("electctl", "watch", "--json")
    first = json.loads(watcher.stdout.readline())
    expect(first["kind"] == "snapshot", f"the first line is {first}")
    leader.run("systemctl", "restart", "electd.service", check=True)
    kinds = []
    while kinds.count("snapshot") == 0:
        kinds.append(json.loads(watcher.stdout.readline())["kind"])
    watcher.kill()
    watcher.wait()
    expect(kinds.count("gap") == 1, f"electctl watch says {kinds}")
    expect(fleet.agreed() is leader and page(leader).epoch == epoch, "the leader has changed")
    fleet.job_runs_on(leader)
    expect(fleet.job_lines(leader) == lines, "the job was stopped or started again")
    expect(socket_inode(leader) == inode, "the socket is another one")


def connect(machine):
    """A connection to its socket, from outside."""
    client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    client.settimeout(10)
    client.connect(f"/proc/{machine.pid()}/root/run/electd/electd.sock")
    return client


def ask(client):
    """The answer to GetLeader; nothing if the connection ends before there is one."""
    answer = b""
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        client.sendall(b'{"method":"io.electd.GetLeader"}\0')
        while not answer.endswith(b"\0"):
            some = client.recv(4096)
            if not some:
                return None
            answer += some
        return json.loads(answer[:-1])["parameters"]


def raw_client():
    """in a restart a connection ends, and nobody who knocks is turned away"""
    leader = fleet.ready()
    epoch = page(leader).epoch
    held = connect(leader)
    expect(ask(held)["leader"] == leader.name, "it does not answer")
    leader.run("systemctl", "--no-block", "restart", "electd.service", check=True)
    asked = answered = 0
    has_ended = False
    while not has_ended or not answer:
        has_ended = bool(select.select([held], [], [], 0)[0])
        with connect(leader) as client:
            asked += 1
            answer = ask(client)
            # Whoever is taken in by a daemon that is about to end is not answered, and asks again.
            if answer:
                answered += 1
                expect(answer["epoch"] == epoch, f"it is answered {answer}")
    expect(held.recv(1) == b"", "the old connection goes on")
    held.close()
    print(f"  {answered} of {asked} connections were answered")


def restarted_follower():
    """systemctl restart of a follower starts nothing that belongs to the leader"""
    leader = fleet.ready()
    epoch = page(leader).epoch
    for machine in fleet.others(leader):
        lines = fleet.job_lines(machine)
        machine.run("systemctl", "restart", "electd.service", check=True)
        machine.run("systemctl", "restart", "electd-switch.service", check=True)
        expect(fleet.agreed() is leader and page(leader).epoch == epoch, "the leader has changed")
        expect(not machine.is_active("electd-leader.target"), "its target is up")
        expect(fleet.job_lines(machine) == lines, f"the job was started on {machine.name}")


@contextlib.contextmanager
def started_late(machine, seconds):
    """Each start of its daemon takes so long."""
    late = "/etc/systemd/system/electd.service.d/late.conf"
    machine.write(late, f"[Service]\nExecStartPre=/bin/sleep {seconds}\n")
    machine.run("systemctl", "daemon-reload", check=True)
    try:
        yield
    finally:
        machine.run("rm", late)
        machine.run("systemctl", "daemon-reload", check=True)


def restarted_slowly():
    """a restart of the leader longer than its lease keeps leader and epoch, and the job goes on"""
    leader = fleet.ready()
    epoch = page(leader).epoch
    lines = fleet.job_lines(leader)
    # The lease is 1 s and the grace 3 s; a third of it before its end the job would be stopped.
    with started_late(leader, 1.1):
        leader.run("systemctl", "restart", "electd.service", check=True)
    expect(fleet.agreed() is leader and page(leader).epoch == epoch, "the leader has changed")
    fleet.job_runs_on(leader)
    expect(
        fleet.job_lines(leader) == lines,
        lambda: "the job was stopped or started again: "
        + leader.journal("-u", "electd", "-u", "electd-switch", "-n", "20", "-o", "short-monotonic"),
    )


def restarted_without_its_lease():
    """a leader that is started too late gets no lease back, and starts no job"""
    leader = fleet.ready()
    epoch = page(leader).epoch
    lines = fleet.job_lines(leader)
    with started_late(leader, 6):
        leader.run("systemctl", "--no-block", "restart", "electd.service", check=True)
        heir = fleet.agreed(fleet.others(leader), above=epoch)
        fleet.job_runs_on(heir)
        eventually("it runs again", lambda: leader.is_active("electd.service"), within=20)
    expect(fleet.agreed() is heir, "its coming back has changed the leader")
    fleet.job_runs_on(heir)
    expect(fleet.job_lines(leader) == [*lines, "stop"], "the job was started there")


def stopped_leader():
    """systemctl stop of the leader ends the job, then hands over; a question gets 69 and starts nothing"""
    leader = fleet.ready()
    epoch = page(leader).epoch
    leader.run("systemctl", "stop", "electd.service", check=True)
    heir = fleet.agreed(fleet.others(leader), above=epoch)
    fleet.job_runs_on(heir)
    gap = (led_since(heir) - said_at(leader, "Stopped ", "UNIT=job.service")) / 1000
    print(f"  the job had ended {gap:.0f} ms before the next leader's lease began")
    expect(gap > 0, f"the job ended {-gap:.0f} ms after the next leader's lease began")
    for _ in range(5):
        says_unreachable(leader)
    expect(not leader.is_active("electd.service"), "a question has started it")
    expect(not leader.is_active("electd.socket"), "the socket is open")
    leader.run("systemctl", "start", "electd.service", check=True)
    expect(leader.is_active("electd.socket"), "its socket was not opened")
    expect(fleet.agreed() is heir, "its coming back has changed the leader")


def stopped_by_a_wrong_configuration():
    """a configuration that is wrong ends it with 78, once: no start loop, and a question gets 69"""
    leader = fleet.ready()
    machine = fleet.others(leader)[0]
    good = (machine.root / "etc/electd/electd.conf").read_text()
    machine.write("/etc/electd/electd.conf", good + "Leese=1s\n")
    before = starts_of(machine)
    machine.run("systemctl", "restart", "electd.service")
    eventually("it has ended", lambda: not machine.is_active("electd.service"))
    shown = machine.show("electd.service", "ActiveState", "ExecMainStatus")
    expect(shown == {"ActiveState": "failed", "ExecMainStatus": "78"}, f"it is {shown}")
    for _ in range(5):
        says_unreachable(machine)
    expect(starts_of(machine) == before, "it was started again and again")
    machine.write("/etc/electd/electd.conf", good)
    fleet.ready()


def removed():
    """a host that was removed ends with 77, once: no start loop, and a question gets 69"""
    leader = fleet.ready()
    machine = fleet.others(leader)[0]
    good = (machine.root / "etc/electd/electd.conf").read_text()
    before = starts_of(machine)

    def refused():
        return leader.run("electctl", "remove", machine.name, "--force", "--yes").returncode

    # 5 says that not enough of the others are heard, so soon after what was done before.
    eventually("it is removed", lambda: refused() == 0)
    ended = {"ActiveState": "failed", "ExecMainStatus": "77"}
    eventually("it has ended", lambda: machine.show("electd.service", *ended) == ended)
    for _ in range(5):
        says_unreachable(machine)
    expect(starts_of(machine) == before, "it was started again and again")
    found = findings(machine, expected=69)
    expect("removed" in found, f"the doctor finds {found}")
    # Started all the same, it looks at its tombstone and ends as before.
    machine.run("systemctl", "reset-failed", "electd.service")
    machine.run("systemctl", "start", "electd.service")
    eventually("it has ended again", lambda: machine.show("electd.service", *ended) == ended)
    expect(starts_of(machine) == before, "it was started again and again")
    says_unreachable(machine)
    said = machine.journal("-u", "electd", "-n", "20")
    expect(f"{machine.name} was removed from the cluster lab" in said, f"the journal says {said}")

    # It joins again, as a new host, the way the sentence says.
    machine.run("mv", "/var/lib/electd", "/root/removed", check=True)
    machine.write("/etc/electd/electd.conf", f"{good}\n[Cluster]\nJoin={leader.address}:7377\n")
    fleet.ready()
    eventually(
        "it votes again",
        lambda: "voters=3/3" in leader.show("electd.service", "StatusText")["StatusText"],
        within=20,
    )
    machine.write("/etc/electd/electd.conf", good)
    machine.run("systemctl", "reload", "electd.service", check=True)


def findings(machine, expected):
    """The words of what the doctor finds, each with what it says."""
    done = machine.run("electctl", "doctor", "--json")
    expect(done.returncode == expected, f"the doctor exits with {done.returncode}: {done.stdout}")
    parts = json.loads(done.stdout)["examinations"]
    return {one["word"]: one["sentence"] for part in parts for one in part["findings"]}


def doctor():
    """the doctor has nothing to say of a good host, and names the unit and the host that are not"""
    leader = fleet.ready()
    # How busy this machine is at the moment is no matter of the hosts'.
    noise = {"slow-disk", "late-loop", "way-long"}
    for machine in fleet.machines:
        done = machine.run("electctl", "doctor")
        expect("6 ways measured" in done.stdout, f"{machine.name}: {done.stdout}")
        text = machine.run("electctl", "doctor", "--json").stdout
        parts = json.loads(text)["examinations"]
        words = {one["word"] for part in parts for one in part["findings"]} - noise
        words -= {"clock-stoppable"}
        expect(not words, f"the doctor finds on {machine.name}: {text}")
        groups = [part["group"] for part in parts]
        expect("process" in groups and "units" in groups, f"it has looked at {groups}")
    drop_in = "/etc/systemd/system/job.service.d/slow.conf"
    leader.write(drop_in, "[Service]\nTimeoutStopSec=10s\n")
    leader.run("systemctl", "daemon-reload", check=True)
    try:
        found = findings(leader, expected=1)
        expect("job.service" in found.get("unit-slow-to-stop", ""), f"the doctor finds {found}")
    finally:
        leader.run("rm", drop_in)
        leader.run("systemctl", "daemon-reload", check=True)
    away = fleet.others(leader)[0]
    away.pull_out()
    try:
        found = findings(leader, expected=1)
        said = f"{away.name} does not answer this host"
        expect(found.get("way-silent") == said, f"the doctor finds {found}")
    finally:
        away.plug_in()


def reloaded():
    """a reload takes a good file and refuses a bad one, says which, and goes on with the old"""
    leader = fleet.ready()
    epoch = page(leader).epoch
    good = (leader.root / "etc/electd/electd.conf").read_text()

    def line():
        return leader.show("electd.service", "StatusText")["StatusText"]

    leader.write("/etc/electd/electd.conf", good + "Leese=1s\n")
    leader.run("systemctl", "reload", "electd.service", check=True)
    eventually("the status says it", lambda: line().endswith("configuration=refused"))
    expect(leader.is_active("electd.service"), "it is not active")
    leader.write("/etc/electd/electd.conf", good)
    leader.run("systemctl", "reload", "electd.service", check=True)
    eventually("the status is good again", lambda: line().endswith("quorum=ok"))
    expect(fleet.agreed() is leader and page(leader).epoch == epoch, "the leader has changed")


# What happens to the companion.


def companion_killed():
    """the companion is killed: its target stops; the next one starts it again, where it leads"""
    leader = fleet.ready()
    lines = fleet.job_lines(leader)
    leader.run("systemctl", "kill", "-s", "KILL", "electd-switch.service", check=True)
    eventually("the job has ended", lambda: fleet.job_lines(leader)[len(lines) :][:1] == ["stop"])
    fleet.job_runs_on(leader)
    expect(fleet.job_lines(leader) == [*lines, "stop", "start"], "it was started twice")


def companion_hangs():
    """the companion hangs: its own watchdog ends it, and the job with it"""
    leader = fleet.ready()
    lines = fleet.job_lines(leader)
    leader.run("systemctl", "kill", "-s", "STOP", "electd-switch.service", check=True)
    eventually("the job has ended", lambda: fleet.job_lines(leader)[len(lines) :][:1] == ["stop"])
    fleet.job_runs_on(leader)


def without_polkit():
    """without polkit root takes the word at a socket of its own, and from this user only"""
    leader = fleet.ready()
    for machine in fleet.machines:
        machine.run("systemctl", "mask", "--now", "polkit.service", check=True)
        machine.run("systemctl", "enable", "--now", "electd-switch-root.socket", check=True)
    try:
        epoch = page(leader).epoch
        heir = fleet.others(leader)[0]
        transfer(leader, heir)
        expect(fleet.agreed(above=epoch) is heir, "another leads")
        fleet.job_runs_on(heir)
        refused = heir.run(
            "setpriv", "--reuid=electd", "--clear-groups", "--",
            "sh", "-c", "test -w /run/electd-switch/root.sock",
        )
        expect(refused.returncode != 0, "another user may open the socket")
    finally:
        for machine in fleet.machines:
            machine.run("systemctl", "disable", "--now", "electd-switch-root.socket", check=True)
            machine.run("systemctl", "unmask", "polkit.service", check=True)


def without_any_right():
    """where neither polkit nor root's socket is there, the companion says so, and goes on asking"""
    leader = fleet.ready()
    heir = fleet.others(leader)[0]
    heir.run("systemctl", "restart", "electd-switch.service", check=True)
    heir.run("systemctl", "mask", "--now", "polkit.service", check=True)
    try:
        # On a machine that is busy another may stand before the heir does: then once more.
        while (giver := fleet.agreed()) is not heir:
            epoch = page(giver).epoch
            transfer(giver, heir)
            fleet.agreed(above=epoch)
        eventually(
            "it says what to do",
            lambda: "enable electd-switch-root.socket" in heir.journal("-u", "electd-switch"),
        )
        expect(not heir.is_active("electd-leader.target"), "its target is up")
    finally:
        heir.run("systemctl", "unmask", "polkit.service", check=True)
    fleet.job_runs_on(fleet.agreed())


def polkit_allows_no_more():
    """the companion's right is to start and stop one target: not another unit, not another verb"""
    machine = fleet.ready()
    for words in (
        ["stop", "electd.service"],
        ["restart", "electd-leader.target"],
        ["start", "rescue.target"],
    ):
        done = machine.run(
            "setpriv", "--reuid=electd-switch", "--clear-groups", "--no-new-privs", "--",
            "systemctl", "--no-ask-password", *words,
        )
        expect(done.returncode != 0, f"systemctl {' '.join(words)} is allowed to it")
    fleet.job_runs_on(machine)


def real_time():
    """with the drop-in for short leases it runs under SCHED_RR, its memory locked, in its sandbox"""
    machine = fleet.others(fleet.ready())[0]
    directory = "/etc/systemd/system/electd.service.d"
    example = "/usr/share/doc/electd/examples/realtime.conf"
    machine.run("sh", "-c", f"mkdir -p {directory}; cp {example} {directory}/", check=True)
    try:
        machine.run("systemctl", "daemon-reload", check=True)
        machine.run("systemctl", "restart", "electd.service", check=True)
        fleet.agreed()
        pid = machine.show("electd.service", "MainPID")["MainPID"]
        stat = machine.run("cat", f"/proc/{pid}/stat", check=True).stdout.rsplit(")", 1)[1].split()
        # proc(5): rt_priority and policy, fields 40 and 41; SCHED_RR is 2.
        expect((stat[37], stat[38]) == ("10", "2"), f"its scheduling is {stat[37:39]}")
        limits = machine.run("cat", f"/proc/{pid}/limits", check=True).stdout
        if not re.search(r"Max locked memory +unlimited", limits):
            raise cases.Skipped("only SCHED_RR was seen: LimitMEMLOCK= cannot be raised here")
        status_text = machine.run("cat", f"/proc/{pid}/status").stdout
        locked = int(re.search(r"VmLck:\s*(\d+)", status_text)[1])
        expect(locked > 4096, f"{locked} kB of its memory are locked")
    finally:
        machine.run("rm", "-r", directory)
        machine.run("systemctl", "daemon-reload", check=True)
        machine.run("systemctl", "restart", "electd.service", check=True)


# What happens to machines.


def cable():
    """the leader's cable is out: its job stops, another leads and runs it; in again, it follows"""
    leader = fleet.ready()
    epoch = page(leader).epoch
    leader.pull_out()
    heir = fleet.agreed(fleet.others(leader), above=epoch)
    fleet.job_runs_on(heir)
    leader.plug_in()
    expect(fleet.agreed() is heir, "its coming back has changed the leader")
    fleet.job_runs_on(heir)


def power_cut():
    """the leader's power is cut: another leads; when it boots again it follows"""
    leader = fleet.ready()
    epoch = page(leader).epoch
    leader.cut()
    heir = fleet.agreed(fleet.others(leader), above=epoch)
    fleet.job_runs_on(heir, fleet.others(leader))
    leader.boot()
    expect(fleet.agreed() is heir, "its coming back has changed the leader")
    fleet.job_runs_on(heir)


def votes_again(machine):
    """Waits until a voter that was just started may vote for everybody: a lease after its start."""
    began = int(machine.show("electd.service", "ActiveEnterTimestampMonotonic").popitem()[1])
    over = began * 1000 + 1_100_000_000
    eventually("it votes", lambda: time.clock_gettime_ns(time.CLOCK_MONOTONIC) > over)


def rebooted():
    """systemctl reboot of each in turn: a leader hands over first, and all come back by themselves"""
    fleet.ready()
    for machine in fleet.machines:
        for other in fleet.machines:
            votes_again(other)
        epoch = page(fleet.agreed()).epoch
        led = fleet.agreed() is machine
        machine.reboot()
        found = fleet.agreed(above=epoch if led else 0)
        expect(
            page(found).epoch == epoch + led,
            lambda: f"the epoch went from {epoch} to {page(found).epoch} in the reboot of "
            f"{machine.name}: {found.journal('-u', 'electd', '-n', '12')}",
        )
        fleet.job_runs_on(found)


# The package.


def upgraded():
    """a package upgrade on all three, one after another, never changes the leader"""
    leader = fleet.ready()
    epoch = page(leader).epoch
    lines = {machine.name: fleet.job_lines(machine) for machine in fleet.machines}
    with tempfile.TemporaryDirectory(dir="/var/tmp") as directory:
        later = next_release(fleet.package, directory)
        for machine in fleet.machines:
            before = machine.show("electd.service", "InvocationID")
            fleet.install(machine, later)
            expect(machine.show("electd.service", "InvocationID") != before, "it still runs")
            expect(
                fleet.agreed() is leader and page(leader).epoch == epoch,
                f"the upgrade of {machine.name} has changed the leader",
            )
    for machine in fleet.machines:
        expect(fleet.job_lines(machine) == lines[machine.name], "the job was stopped or started")


def removed_and_purged():
    """removed, it keeps its state and comes back as it was; purged, it leaves no trace"""
    leader = fleet.ready()
    machine = fleet.others(leader)[0]
    machine.run("systemctl", "start", "electd-switch-root.socket", check=True)
    machine.run("dpkg", "-r", "electd", check=True)
    for unit in ("electd.service", "electd-switch-root.socket"):
        expect(not machine.is_active(unit), f"{unit} is still up")
    expect((machine.root / "var/lib/electd/record").exists(), "its state is gone")
    fleet.install(machine)
    fleet.ready()
    machine.run("systemctl", "disable", "job.service", check=True)
    machine.run("dpkg", "-P", "electd", check=True)
    machine.run("systemctl", "daemon-reload")
    left = machine.run(
        "sh", "-c", "find / -xdev -name '*electd*' ! -path '/proc/*' ! -path '/root/*' | sort"
    ).stdout.split()
    left = [path for path in left if "/overlay" not in path]
    expect(not left, f"it leaves {left}")
    units = machine.run("systemctl", "list-units", "--all", "electd*", "--no-legend").stdout.strip()
    expect(not units, f"it leaves the units {units}")


CASES = [
    installed_unconfigured,
    elects_and_runs_the_job,
    waits_for_a_leader,
    who_may_ask,
    security,
    journal_has_fields,
    varlinkctl_speaks_with_it,
    started_at_once,
    handed_over,
    twelve_changes,
    told_to_stop_ahead_of_the_end,
    watchdog,
    killed,
    fails_soon_after_each_start,
    restarted_leader,
    raw_client,
    restarted_follower,
    restarted_slowly,
    restarted_without_its_lease,
    stopped_leader,
    stopped_by_a_wrong_configuration,
    removed,
    doctor,
    reloaded,
    companion_killed,
    companion_hangs,
    without_polkit,
    without_any_right,
    polkit_allows_no_more,
    real_time,
    cable,
    power_cut,
    rebooted,
    upgraded,
    removed_and_purged,
]

if __name__ == "__main__":
    try:
        fleet = Fleet(os.environ.get("ELECTD_LAB_SUITE", "bookworm"))
    except cases.Skipped as reason:
        print(f"skip everything: {reason}")
        print(f"0 passed, 0 failed, {len(CASES)} skipped")
        sys.exit(0)
    with contextlib.ExitStack() as stack:
        stack.callback(fleet.down)
        sys.exit(cases.run(CASES))
