# SPDX-License-Identifier: Apache-2.0
"""Hosts that all live on this machine: a directory, an address, and sometimes a daemon.

Everything that waits has a deadline; everything that was started ends with the cluster.
"""

import json
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time

from lease_page import PageFile, boottime

ROOT = pathlib.Path(__file__).resolve().parents[2]
PATIENCE = 30.0


class Failed(Exception):
    """What a test found, as a sentence."""


def eventually(what, look, within=PATIENCE):
    """Looks until there is something, and returns it; after `within` seconds it is a failure."""
    end = time.monotonic() + within
    while True:
        seen = look()
        if seen:
            return seen
        if time.monotonic() > end:
            raise Failed(f"{what}: not within {within:g} s")
        time.sleep(0.0005)


class Host:
    """One host."""

    def __init__(self, name, directory, endpoint, programs, inside=(), election=""):
        """`endpoint` is where it listens; `inside` is put before each command of this host."""
        self.name = name
        self.directory = pathlib.Path(directory) / name
        self.endpoint = endpoint
        self.state = self.directory / "state"
        self.runtime = self.directory / "run"
        self.inside = list(inside)
        self.process = None
        self._programs = pathlib.Path(programs)
        self._election = election
        self._page = None

    def write_configuration(self):
        self.directory.mkdir(mode=0o755, parents=True, exist_ok=True)
        key = self.directory.parent / "cluster.key"
        self.configuration.write_text(
            f"[Cluster]\nName=test\nKey={key}\n"
            f"[Node]\nName={self.name}\nListen={self.endpoint}\n"
            f"[Election]\n{self._election}\n"
            f"[Paths]\nState={self.state}\nRuntime={self.runtime}\n"
        )

    @property
    def configuration(self):
        return self.directory / "electd.conf"

    @property
    def socket(self):
        return self.runtime / "electd.sock"

    @property
    def journal(self):
        path = self.directory / "journal"
        return path.read_text() if path.exists() else ""

    def init(self, members):
        """`electctl init`: the exit status and what it said."""
        listed = [word for member in members for word in ("--member", member)]
        return self.electctl("init", "--config", str(self.configuration), *listed, ask=False)

    def electctl(self, *words, ask=True, inside=None):
        """Runs electctl to its end: the exit status and what it said."""
        command = [*(self.inside if inside is None else inside)]
        command += [str(self._programs / "electctl"), *words]
        if ask:
            command += ["--socket", str(self.socket)]
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=PATIENCE
        )
        return done.returncode, done.stdout.strip()

    def status(self):
        code, text = self.electctl("status", "--json")
        if code not in (0, 4):
            raise Failed(f"electctl status of {self.name} exits with {code}: {text}")
        return json.loads(text)

    def start(self):
        with open(self.directory / "journal", "ab") as journal:
            command = [str(self._programs / "electd"), "--config", str(self.configuration)]
            self.process = subprocess.Popen(
                [*self.inside, *command],
                stdin=subprocess.DEVNULL,
                stdout=journal,
                stderr=journal,
            )

    def send(self, number):
        """Sends a signal; returns the moment right before it."""
        moment = boottime()
        self.process.send_signal(number)
        return moment

    def ended(self, within=PATIENCE):
        """Waits for the daemon's end: its exit status, or minus the signal."""
        try:
            status = self.process.wait(within)
        except subprocess.TimeoutExpired:
            raise Failed(f"{self.name} does not end, after: {self.journal[-300:]}") from None
        self.process = None
        return status

    def kill(self):
        """Ends the daemon at once, if there is one, stopped or not."""
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def page(self):
        """What its lease page says; None before there is one."""
        if self._page is None:
            try:
                self._page = PageFile(self.runtime / "lease")
            except (FileNotFoundError, ValueError):
                return None
        return self._page.read()


class Cluster:
    """Hosts that were told of one another. To be used in a `with`: at its end nothing is left."""

    def __init__(self, programs, endpoints=None, inside=None, election=""):
        """Without `endpoints`, three on loopback; `inside` is a list of commands, one a host."""
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="electd-", dir="/var/tmp"))
        self.directory.chmod(0o755)
        endpoints = endpoints or [f"127.0.0.1:{port}" for port in free_ports(3)]
        inside = inside or [()] * len(endpoints)
        self.hosts = [
            Host(f"n{i + 1}", self.directory, endpoint, programs, inside[i], election)
            for i, endpoint in enumerate(endpoints)
        ]
        self.members = [f"{host.name}={host.endpoint}" for host in self.hosts]
        for host in self.hosts:
            host.write_configuration()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for host in self.hosts:
            host.kill()
        shutil.rmtree(self.directory)

    def prepare(self):
        for host in self.hosts:
            code, text = host.init(self.members)
            if code != 0:
                raise Failed(f"electctl init of {host.name} exits with {code}: {text}")

    def start(self):
        """Prepares and starts all, and waits for a leader."""
        self.prepare()
        for host in self.hosts:
            host.start()
        return self.agreed()

    def agreed(self, hosts=None, above=0):
        """Waits until these hosts' pages name one leader among all, under an epoch above that one.

        Returns the leader's host."""
        hosts = hosts or self.hosts

        def look():
            pages = [host.page() for host in hosts]
            if not all(page and page.holds(page.seen_at) for page in pages):
                return None
            first = pages[0]
            if first.epoch <= above or any(page.epoch != first.epoch for page in pages):
                return None
            return next((host for host in self.hosts if host.name == first.leader), None)

        names = ", ".join(host.name for host in hosts)
        return eventually(f"one leader on the pages of {names} above epoch {above}", look)

    def others(self, *those):
        return [host for host in self.hosts if host not in those]


def free_ports(count):
    """UDP ports that nobody uses; all are held until all are known, so they differ."""
    sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()
