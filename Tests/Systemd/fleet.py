# SPDX-License-Identifier: Apache-2.0
"""Three machines with the package on them: installed by `dpkg -i`, configured, started, agreed.

They stay up from case to case, and each case leaves them as it would like to find them.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess

from cases import Skipped
from hosts import Failed, eventually
from lab import Lab, command, need
from lease_page import PageFile

DIST = pathlib.Path(__file__).resolve().parents[2] / "dist"

# The job of the leader: each start and each end leaves a line.
JOB = """[Unit]
PartOf=electd-leader.target
After=electd.service
StartLimitIntervalSec=0

[Service]
ExecStart=/bin/sh -c 'echo start >>/var/log/job; exec sleep infinity'
ExecStopPost=/bin/sh -c 'echo stop >>/var/log/job'
TimeoutStopSec=100ms

[Install]
WantedBy=electd-leader.target
"""

CONFIGURATION = """[Cluster]
Name=lab

[Node]
Name={name}

[Election]
Lease={lease}
"""


class Fleet:
    """The machines."""

    # Longer than the default: this machine, busy with other things, must not change the leader.
    lease = "1s"

    def __init__(self, suite):
        need()
        self.suite = suite
        self.package = package()
        self._lab = None
        self._trouble = None
        self.machines = []

    def up(self):
        """The machines, switched on; nothing is installed yet."""
        if self._trouble:
            raise Skipped(self._trouble)
        if not self._lab:
            try:
                self._lab = Lab(3, self.suite).__enter__()
            except Skipped as reason:
                self._trouble = str(reason)
                raise
            self.machines = self._lab.machines
        return self.machines

    def down(self):
        if self._lab:
            self._lab.__exit__()

    def install(self, machine, package=None):
        """`dpkg -i`, and the sentence it says if it fails."""
        shutil.copy(package or self.package, machine.root / "root/electd.deb")
        return machine.run("dpkg", "-i", "/root/electd.deb", check=True).stdout

    def configured(self, machine):
        return (machine.root / "etc/electd/cluster.key").exists()

    def configure(self):
        """One key, one list, one short file on each."""
        key = None
        members = [w for m in self.machines for w in ("--member", f"{m.name}={m.address}:7377")]
        for machine in self.machines:
            text = CONFIGURATION.format(name=machine.name, lease=self.lease)
            machine.write("/etc/electd/electd.conf", text)
            if key:
                machine.write("/etc/electd/cluster.key", key, mode=0o600)
            machine.run("electctl", "init", *members, check=True)
            key = key or (machine.root / "etc/electd/cluster.key").read_text()
            machine.write("/etc/systemd/system/job.service", JOB)
            machine.run("systemctl", "daemon-reload", check=True)
            machine.run("systemctl", "enable", "job.service", check=True)

    def ready(self):
        """Everything is as it should be: agreed, and the job runs on the leader. The leader."""
        for machine in self.up():
            if not machine.run("true").returncode == 0:
                machine.boot()
            machine.plug_in()
            if not (machine.root / "usr/sbin/electd").exists():
                self.install(machine)
        if not all(self.configured(machine) for machine in self.machines):
            self.configure()
        for machine in self.machines:
            machine.run("systemctl", "reset-failed")
            if not machine.is_active("electd.service"):
                machine.run("systemctl", "start", "electd.service", check=True)
            if not machine.is_active("electd-switch.service"):
                machine.run("systemctl", "start", "electd-switch.service", check=True)
        leader = self.agreed()
        self.job_runs_on(leader)
        return leader

    def others(self, *those):
        return [machine for machine in self.machines if machine not in those]

    # What is seen.

    def agreed(self, machines=None, above=0):
        """Waits until these machines' pages name one leader under an epoch above that one."""
        machines = machines or self.machines

        def look():
            pages = [page(machine) for machine in machines]
            if not all(one and one.holds(one.seen_at) for one in pages):
                return None
            if pages[0].epoch <= above or any(one.epoch != pages[0].epoch for one in pages):
                return None
            return next((m for m in self.machines if m.name == pages[0].leader), None)

        try:
            return eventually("one leader on all pages", look, within=20)
        except Failed as failed:
            pages = {m.name: page(m) for m in machines}
            raise Failed(f"{failed}: {pages}") from None

    def job_runs_on(self, leader, machines=None):
        """Waits until the job runs there, and nowhere else."""

        def look():
            active = [m for m in machines or self.machines if m.is_active("job.service")]
            return active == [leader]

        try:
            eventually(f"the job runs on {leader.name} alone", look, within=10)
        except Failed as failed:
            shown = leader.run("systemctl", "status", "-n", "20", "job.service").stdout
            said = leader.journal("-u", "electd-switch", "-n", "10")
            raise Failed(f"{failed}: {shown}\n{said}") from None

    def job_lines(self, machine):
        """How often the job was started there."""
        log = machine.root / "var/log/job"
        return log.read_text().split() if log.exists() else []


def page(machine):
    """What its lease page says; None if there is none."""
    pid = machine.pid()
    try:
        return PageFile(f"/proc/{pid}/root/run/electd/lease").read()
    except (OSError, ValueError):
        return None


def status(machine):
    return json.loads(machine.run("electctl", "status", "--json").stdout or "{}")


def package():
    """The newest package of `make deb`."""
    found = sorted(DIST.glob("electd_*_amd64.deb"), key=lambda file: file.stat().st_mtime)
    if not found:
        raise Skipped("needs dist/electd_*.deb: run make deb")
    return found[-1]


def next_release(package, directory):
    """The same package under the next version: what an upgrade brings."""
    version = re.search(r"_([0-9.]+)_", package.name)[1]
    later = ".".join([*version.split(".")[:-1], str(int(version.split(".")[-1]) + 1)])
    tree = pathlib.Path(directory) / "tree"
    command("dpkg-deb", "-R", package, tree)
    control = tree / "DEBIAN/control"
    control.write_text(control.read_text().replace(f"Version: {version}", f"Version: {later}"))
    made = pathlib.Path(directory) / f"electd_{later}_amd64.deb"
    command("dpkg-deb", "-Znone", "-b", tree, made)
    shutil.rmtree(tree)
    return made
