# SPDX-License-Identifier: Apache-2.0
"""What root can make out of one machine: networks with hosts of their own, disks that fail.

Everything is made with a name of this run, and taken away when its `with` ends.
"""

import contextlib
import fcntl
import os
import pathlib
import shutil
import subprocess

from cases import Skipped

EXT4_IOC_SHUTDOWN = 0x8004587D
EXT4_SHUTDOWN_NO_LOG = 2


def command(*words, given=None):
    """Runs a command that has to succeed; what it wrote."""
    done = subprocess.run(words, input=given, capture_output=True, text=True, timeout=60)
    if done.returncode != 0:
        raise OSError(f"{' '.join(words)}: {done.stderr.strip() or done.returncode}")
    return done.stdout


def need(*programs):
    """Skips a case unless we are root and have these programs."""
    if os.geteuid() != 0:
        raise Skipped("needs root")
    for program in programs:
        if not shutil.which(program):
            raise Skipped(f"needs {program}")


class Network:
    """Hosts with addresses of their own, each with a cable to one switch."""

    def __init__(self, count, family):
        need("ip")
        self._prefix = f"electd-{os.getpid()}"
        self._switch = f"{self._prefix}-switch"
        self.addresses = [_address(family, i + 1) for i in range(count)]
        self._names = [f"{self._prefix}-{i + 1}" for i in range(count)]
        self._made = []

    def __enter__(self):
        try:
            self._add(self._switch)
        except OSError as error:
            raise Skipped(f"no network namespaces here: {error}") from None
        try:
            command("ip", "-n", self._switch, "link", "add", "br0", "type", "bridge")
            command("ip", "-n", self._switch, "link", "set", "br0", "up")
            for name, address in zip(self._names, self.addresses):
                self._add_host(name, address)
        except BaseException:
            self.__exit__()
            raise
        return self

    def _add(self, name):
        command("ip", "netns", "add", name)
        self._made.append(name)
        command("ip", "-n", name, "link", "set", "lo", "up")

    def _add_host(self, name, address):
        self._add(name)
        cable = self._cable(name)
        pair = ["link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", name]
        command("ip", "-n", self._switch, *pair)
        command("ip", "-n", self._switch, "link", "set", cable, "master", "br0", "up")
        self._address("add", name, address)
        command("ip", "-n", name, "link", "set", "eth0", "up")

    def _address(self, verb, name, address):
        length, more = ("64", ["nodad"]) if ":" in address else ("24", [])
        more = more if verb == "add" else []
        command("ip", "-n", name, "address", verb, f"{address}/{length}", "dev", "eth0", *more)

    def take_address(self, index):
        """From now on a host does not have its address."""
        self._address("delete", self._names[index], self.addresses[index])

    def give_address(self, index):
        self._address("add", self._names[index], self.addresses[index])

    def add_second(self):
        """Another switch, and a second cable from each host to it; the endpoints there."""
        command("ip", "-n", self._switch, "link", "add", "br1", "type", "bridge")
        command("ip", "-n", self._switch, "link", "set", "br1", "up")
        addresses = [f"10.78.0.{number + 1}" for number in range(len(self._names))]
        for name, address in zip(self._names, addresses):
            cable = self._cable(name) + "b"
            pair = ["link", "add", cable, "type", "veth", "peer", "name", "eth1", "netns", name]
            command("ip", "-n", self._switch, *pair)
            command("ip", "-n", self._switch, "link", "set", cable, "master", "br1", "up")
            command("ip", "-n", name, "address", "add", f"{address}/24", "dev", "eth1")
            command("ip", "-n", name, "link", "set", "eth1", "up")
        return [f"{address}:7377" for address in addresses]

    @contextlib.contextmanager
    def dead_switch(self, number):
        """The first or the second switch carries nothing, until the block ends."""
        bridge = f"br{number - 1}"
        command("ip", "-n", self._switch, "link", "set", bridge, "down")
        try:
            yield
        finally:
            command("ip", "-n", self._switch, "link", "set", bridge, "up")

    def narrow(self, bytes_):
        """From now on the switch carries no packet that is longer, and tells nobody."""
        for name in self._names:
            command("ip", "-n", self._switch, "link", "set", self._cable(name), "mtu", str(bytes_))

    def longest(self, family, port=9):
        """How many of these bytes in a datagram the switch carries from the first host to the second."""
        kind = "socket.AF_INET6" if family == 6 else "socket.AF_INET"
        begin = f"import socket; s = socket.socket({kind}, socket.SOCK_DGRAM); "
        receive = f"s.bind(('', {port})); s.settimeout(20); print(flush=True); print(len(s.recv(2000)))"
        send = f"[s.sendto(bytes(n), ('{self.addresses[1]}', {port})) for n in (1400, 1300, 1200)]"
        words = [*self.inside[1], "python3", "-c", begin + receive]
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as receiver:
            receiver.stdout.readline()
            command(*self.inside[0], "python3", "-c", begin + send)
            return int(receiver.stdout.readline())

    def _cable(self, name):
        return "host" + name.rsplit("-", 1)[1]

    def __exit__(self, *_):
        for name in reversed(self._made):
            command("ip", "netns", "delete", name)

    @property
    def inside(self):
        """What to put before a command of each host."""
        return [["ip", "netns", "exec", name] for name in self._names]

    @property
    def endpoints(self):
        return [f"[{a}]:7377" if ":" in a else f"{a}:7377" for a in self.addresses]

    def pull_out(self, index):
        """Pulls a host's cable out of the switch."""
        self._set_cable(index, "down")

    def plug_in(self, index):
        self._set_cable(index, "up")

    def _set_cable(self, index, state):
        cable = self._cable(self._names[index])
        command("ip", "-n", self._switch, "link", "set", cable, state)

    def filter(self, index, hook, *rules):
        """Puts packet filter rules on a host, for what comes (`input`) or goes (`output`)."""
        need("nft")
        try:
            command(*self.inside[index], "nft", "add", "table", "inet", "cut")
        except OSError as error:
            raise Skipped(f"no packet filter here: {error}") from None
        lines = [
            "table inet cut {",
            "chain cut {",
            f"type filter hook {hook} priority 0;",
            *rules,
            "}",
            "}",
            "",
        ]
        command(*self.inside[index], "nft", "-f", "-", given="\n".join(lines))

    def unfilter(self, index):
        command(*self.inside[index], "nft", "delete", "table", "inet", "cut")


def _address(family, number):
    return f"10.77.0.{number}" if family == 4 else f"fd77::{number}"


@contextlib.contextmanager
def memory_disk(path, size):
    """A file system in memory, of so many bytes."""
    need("mount", "umount")
    path.mkdir(parents=True, exist_ok=True)
    command("mount", "-t", "tmpfs", "-o", f"size={size},mode=755", "tmpfs", str(path))
    try:
        yield
    finally:
        command("umount", "-l", str(path))


def fill(path):
    """Takes all room that there is on a file system."""
    with open(path / "ballast", "wb", buffering=0) as ballast:
        for size in (1 << 16, 512):
            with contextlib.suppress(OSError):
                while True:
                    ballast.write(bytes(size))
        with contextlib.suppress(OSError):
            os.fsync(ballast.fileno())


class Disk:
    """A disk of its own: a file with ext4 in it, behind a loop device."""

    def __init__(self, path, mebibytes=16):
        need("mount", "umount", "losetup", "mkfs.ext4")
        self.path = path
        self._image = path.with_name(path.name + ".image")
        self._mebibytes = mebibytes

    def __enter__(self):
        self.path.mkdir(parents=True, exist_ok=True)
        with open(self._image, "wb") as image:
            image.truncate(self._mebibytes << 20)
        command("mkfs.ext4", "-q", str(self._image))
        try:
            self.mount()
        except OSError as error:
            raise Skipped(f"no loop device here: {error}") from None
        return self

    def __exit__(self, *_):
        self.unmount()

    def mount(self):
        command("mount", "-o", "loop", str(self._image), str(self.path))

    def unmount(self):
        if os.path.ismount(self.path):
            command("umount", "-l", str(self.path))

    def die(self):
        """From now on every access fails, and what was not synced is lost, as in a power cut."""
        descriptor = os.open(self.path, os.O_RDONLY)
        try:
            fcntl.ioctl(descriptor, EXT4_IOC_SHUTDOWN, EXT4_SHUTDOWN_NO_LOG.to_bytes(4, "little"))
        except OSError as error:
            raise Skipped(f"this kernel cannot shut a disk down: {error}") from None
        finally:
            os.close(descriptor)

    @contextlib.contextmanager
    def hanging(self):
        """Whatever writes to it waits, until the block ends."""
        need("fsfreeze")
        command("fsfreeze", "--freeze", str(self.path))
        try:
            yield
        finally:
            command("fsfreeze", "--unfreeze", str(self.path))

    def turn_read_only(self):
        """What the kernel does by itself when it finds the file system damaged (`errors=remount-ro`):
        from now on nothing can be written, and what is open stays open."""
        command("mount", "-o", "remount,abort", str(self.path))

    def repaired(self):
        """The disk after a power cut, as a new boot sees it."""
        self.unmount()
        self.mount()

    def make_read_only(self):
        command("mount", "-o", "remount,ro", str(self.path))

    def make_writable(self):
        command("mount", "-o", "remount,rw", str(self.path))


class Quota:
    """A process that gets the processor for a thousandth of the time, in one piece a second."""

    V1 = pathlib.Path("/sys/fs/cgroup/cpu")
    V2 = pathlib.Path("/sys/fs/cgroup")

    def __init__(self, process):
        need()
        self._process = process

    def __enter__(self):
        isv2 = (self.V2 / "cgroup.controllers").exists()
        try:
            if isv2:
                (self.V2 / "cgroup.subtree_control").write_text("+cpu")
            elif not self.V1.is_dir():
                raise OSError("no cpu controller")
            self._group = (self.V2 if isv2 else self.V1) / f"electd-{os.getpid()}"
            self._group.mkdir()
        except OSError as error:
            raise Skipped(f"no cgroups with a quota here: {error}") from None
        self._before = self._group.parent / "cgroup.procs"
        try:
            self._limit(isv2)
            (self._group / "cgroup.procs").write_text(str(self._process))
        except OSError as error:
            self._group.rmdir()
            raise Skipped(f"no quota can be set here: {error}") from None
        return self

    def _limit(self, isv2):
        if isv2:
            (self._group / "cpu.max").write_text("1000 1000000")
            return
        (self._group / "cpu.cfs_period_us").write_text("1000000")
        (self._group / "cpu.cfs_quota_us").write_text("1000")

    def stalls(self):
        """In how many periods it wanted more than it got."""
        lines = (self._group / "cpu.stat").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("nr_throttled"))

    def __exit__(self, *_):
        with contextlib.suppress(OSError):
            self._before.write_text(str(self._process))
        self._group.rmdir()
