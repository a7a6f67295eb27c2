# SPDX-License-Identifier: Apache-2.0
"""Machines with a real systemd as PID 1, an address and a disk of their own, each with a cable to one
switch: systemd-nspawn on a root file system that mmdebstrap builds once.

It works where this machine's own PID 1 is no systemd: each machine gets a cgroup and a network
namespace that are made here (`--register=no --keep-unit`). The switch is in a namespace of its own,
so nothing reaches the network of this machine. Everything made is taken away at the end.
"""

import hashlib
import os
import pathlib
import re
import shutil
import signal
import subprocess

from cases import Skipped
from hosts import Failed, eventually

CACHE = pathlib.Path(os.environ.get("ELECTD_LAB_CACHE", "/var/cache/electd-lab"))
PACKAGES = (
    "systemd,systemd-sysv,libnss-systemd,dbus,polkitd,iproute2,iputils-ping,procps,libsystemd0,libstdc++6"
)
NETWORK = "10.88.0"
ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root",
    "LANG": "C.UTF-8",
}


def command(*words, check=True, **more):
    done = subprocess.run(words, capture_output=True, text=True, timeout=600, **more)
    if check and done.returncode != 0:
        raise OSError(f"{' '.join(map(str, words))}: {done.stderr.strip() or done.returncode}")
    return done


def need():
    """Skips unless this machine can be the ground for others."""
    if os.geteuid() != 0:
        raise Skipped("needs root")
    for program in ("mmdebstrap", "systemd-nspawn", "ip", "nsenter", "setpriv"):
        if not shutil.which(program):
            raise Skipped(f"needs {program}")
    if not any(pathlib.Path("/sys/fs/cgroup").glob("*/cgroup.procs")) and not os.path.exists(
        "/sys/fs/cgroup/cgroup.procs"
    ):
        raise Skipped("needs cgroups that it may write")


def mirror():
    """The Debian mirror that this machine's own apt uses."""
    for file in [pathlib.Path("/etc/apt/sources.list"), *pathlib.Path("/etc/apt").glob("*.d/*")]:
        if not file.is_file():
            continue
        for line in file.read_text(errors="replace").splitlines():
            found = re.match(r"(?:URIs:|deb(?: \[.*?\])?) *(\S*/debian)/?(?: |$)", line)
            if found:
                return found[1]
    raise Skipped("no Debian mirror in /etc/apt")


def root_file_system(suite):
    """Builds the root file system of a release of Debian, once."""
    key = hashlib.md5(PACKAGES.encode()).hexdigest()[:8]
    root = CACHE / f"{suite}-{key}"
    if (root / ".done").exists():
        return root
    CACHE.mkdir(parents=True, exist_ok=True)
    fresh = root.with_suffix(f".{os.getpid()}")
    try:
        command(
            "mmdebstrap",
            "--quiet",
            "--mode=root",
            "--variant=minbase",
            f"--include={PACKAGES}",
            '--customize-hook=rm -f "$1/etc/hostname" "$1/etc/resolv.conf"; : >"$1/etc/machine-id"',
            '--customize-hook=chroot "$1" systemctl --quiet mask'
            " systemd-networkd-wait-online.service console-getty.service",
            suite,
            fresh,
            f"deb {mirror()} {suite} main",
        )
    except OSError as error:
        shutil.rmtree(fresh, ignore_errors=True)
        raise Skipped(f"no root file system can be built here: {error}") from None
    (fresh / ".done").touch()
    if root.exists():
        shutil.rmtree(fresh)
    else:
        fresh.rename(root)
    return root


class Machine:
    """One of them."""

    def __init__(self, lab, number):
        self.lab = lab
        self.name = f"h{number}"
        self.address = f"{NETWORK}.{10 + number}"
        self.directory = lab.directory / self.name
        self.root = self.directory / "root"
        self._scope = f"{lab.prefix}-{self.name}"
        self._nspawn = None

    # Power.

    def boot(self):
        """Switches it on, and waits until its systemd has started everything."""
        for part in ("disk", "work", "root"):
            (self.directory / part).mkdir(parents=True, exist_ok=True)
        if not os.path.ismount(self.root):
            layers = f"lowerdir={self.lab.base},upperdir={self.directory}/disk"
            layers += f",workdir={self.directory}/work"
            command("mount", "-t", "overlay", self._scope, "-o", layers, self.root)
        (self.root / "etc/hostname").write_text(f"{self.name}\n")
        hosts = "".join(f"{m.address} {m.name}\n" for m in self.lab.machines)
        (self.root / "etc/hosts").write_text(f"127.0.0.1 localhost\n{hosts}")
        # A journal that outlives a power cut.
        (self.root / "var/log/journal").mkdir(parents=True, exist_ok=True)
        self._plug()
        # A cgroup of its own: --keep-unit would put all machines into the caller's.
        # Only cgroup v2 inside, as on a real host.
        enter = "for d in '' /systemd /unified; do g=/sys/fs/cgroup$d/$0; "
        enter += '[ -e "/sys/fs/cgroup$d/cgroup.procs" ] || continue; '
        enter += 'mkdir -p "$g" && echo $$ >"$g/cgroup.procs" || exit 1; done; exec "$@"'
        with open(self.directory / "console", "ab") as console:
            self._nspawn = subprocess.Popen(
                ["sh", "-c", enter, self._scope]
                + ["systemd-nspawn", "--quiet", f"--directory={self.root}"]
                + [f"--machine={self._scope}", "--boot", "--register=no", "--keep-unit"]
                + [f"--network-namespace-path=/run/netns/{self._scope}"]
                + ["--capability=CAP_NET_ADMIN", "--link-journal=no", "--resolv-conf=off"]
                + ["--console=pipe"],
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=console,
                start_new_session=True,
                env={**os.environ, "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"},
            )
        self.wait_up()

    def wait_up(self):
        """Waits until the boot is over."""

        def state():
            if self._nspawn.poll() is not None:
                text = (self.directory / "console").read_text(errors="replace")[-600:]
                raise Skipped(f"{self.name} does not boot here: {text}")
            said = self.run("systemctl", "is-system-running").stdout.strip()
            return said in ("running", "degraded")

        eventually(f"{self.name} is up", state, within=60)

    def cut(self):
        """A power cut: memory, /run and addresses are gone, the disk stays."""
        pid = self.pid()
        if pid:
            os.kill(pid, signal.SIGKILL)
        self._ended()

    def reboot(self):
        """`systemctl reboot`, to the end of the boot."""
        self.run("systemctl", "--no-block", "reboot")
        self._ended()
        self.boot()

    def _ended(self):
        if not self._nspawn:
            return
        try:
            self._nspawn.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self._nspawn.kill()
            self._nspawn.wait()
        self._nspawn = None
        self._unplug()
        for hierarchy in ("", "/systemd", "/unified"):
            group = pathlib.Path(f"/sys/fs/cgroup{hierarchy}/{self._scope}")
            for below in sorted(group.glob("**/"), reverse=True):
                below.rmdir() if below.exists() else None

    def remove(self):
        """Takes it away for good."""
        self.cut()
        if os.path.ismount(self.root):
            command("umount", "-R", self.root, check=False)

    # The network, from outside.

    def _plug(self):
        self._unplug()
        switch = self.lab.switch
        command("ip", "netns", "add", self._scope)
        pair = ["type", "veth", "peer", "name", "eth0", "netns", self._scope]
        command("ip", "-n", switch, "link", "add", self.name, *pair)
        command("ip", "-n", switch, "link", "set", self.name, "master", "br0", "up")
        inside = ["ip", "-n", self._scope]
        command(*inside, "link", "set", "lo", "up")
        command(*inside, "addr", "add", f"{self.address}/24", "dev", "eth0")
        command(*inside, "link", "set", "eth0", "up")

    def _unplug(self):
        command("ip", "netns", "del", self._scope, check=False)
        command("ip", "-n", self.lab.switch, "link", "del", self.name, check=False)

    def pull_out(self):
        """Its cable out of the switch."""
        command("ip", "-n", self.lab.switch, "link", "set", self.name, "down")

    def plug_in(self):
        command("ip", "-n", self.lab.switch, "link", "set", self.name, "up")

    # Commands.

    def pid(self):
        """Its PID 1, as this machine numbers it: nspawn's only child."""
        if not self._nspawn:
            return None
        pid = self._nspawn.pid
        try:
            children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        except OSError:
            return None
        return int(children[0]) if children else None

    def _words(self, words):
        # With the powers of its PID 1 and no others: a `date -s` in there must not set the clock of
        # this machine.
        pid = self.pid()
        mask = int(re.search(r"CapBnd:\s*(\w+)", pathlib.Path(f"/proc/{pid}/status").read_text())[1], 16)
        last = int(pathlib.Path("/proc/sys/kernel/cap_last_cap").read_text())
        caps = ",".join(["-all", *(f"+cap_{i}" for i in range(last + 1) if mask >> i & 1)])
        space = ["nsenter", "-t", str(pid), *"-m -u -i -n -p -C -T -r -w".split(), "--"]
        clean = ["env", "-i", *(f"{k}={v}" for k, v in ENVIRONMENT.items())]
        return ["setpriv", "--bounding-set", caps, "--", *space, *clean, *words]

    def run(self, *words, check=False, given=None):
        """A command on it, as root; what it wrote and how it ended. 255 if it is off."""
        if not self.pid():
            return subprocess.CompletedProcess(words, 255, "", "off")
        try:
            done = command(*self._words(words), check=False, input=given)
        except OSError as error:
            return subprocess.CompletedProcess(words, 255, "", str(error))
        if check and done.returncode != 0:
            text = (done.stdout + done.stderr).strip()
            raise Failed(f"{self.name}: {' '.join(words)} exits with {done.returncode}: {text}")
        return done

    def start(self, *words):
        """A command that goes on; the caller ends it."""
        return subprocess.Popen(
            self._words(words), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def show(self, unit, *properties):
        """Properties of a unit, by name."""
        listed = ",".join(properties)
        text = self.run("systemctl", "show", "-p", listed, unit, check=True).stdout
        return dict(line.split("=", 1) for line in text.splitlines() if "=" in line)

    def is_active(self, unit):
        return self.run("systemctl", "is-active", "--quiet", unit).returncode == 0

    def write(self, path, text, mode=0o644):
        """A file on its disk."""
        file = self.root / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(mode)

    def journal(self, *matches):
        """What its journal holds, entry by entry as text."""
        return self.run("journalctl", "--no-pager", "-o", "cat", *matches).stdout


class Lab:
    """A switch and machines."""

    def __init__(self, count, suite):
        need()
        self.prefix = f"electd-lab-{os.getpid()}"
        self.switch = f"{self.prefix}-sw"
        self.directory = pathlib.Path("/var/tmp") / self.prefix
        self.suite = suite
        self.base = None
        self.machines = [Machine(self, i + 1) for i in range(count)]

    def __enter__(self):
        self.base = root_file_system(self.suite)
        try:
            self.directory.mkdir()
            command("ip", "netns", "add", self.switch)
            command("ip", "-n", self.switch, "link", "add", "br0", "type", "bridge")
            command("ip", "-n", self.switch, "link", "set", "br0", "up")
            for machine in self.machines:
                machine.boot()
        except OSError as error:
            self.__exit__()
            raise Skipped(f"no machines here: {error}") from None
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for machine in self.machines:
            machine.remove()
        command("ip", "netns", "del", self.switch, check=False)
        command("rm", "-rf", "--one-file-system", self.directory, check=False)
