"""A small Debian in a folder, with a person in it who has a space in the name of the home folder.

Everything is mounted in a mount namespace of this process alone, so nothing stays mounted however it ends. Nothing of
the machine's own /dev is inside: only a handful of devices made anew.
"""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

HOME = "/home/ana smith"
PERSON = "ana"
APT = ["apt-get", "-qy", "-o", "APT::Sandbox::User=root", "-o", "Dpkg::Use-Pty=0"]


def run(*command, **options):
    """Runs it; ends the test with what it said if it fails."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, **options)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\nfailed with status {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def base(folder, suite, mirror):
    """A minimal Debian as an archive; made once and kept."""
    archive = folder / f"{suite}.tar"
    if not archive.exists():
        part = archive.with_suffix(".part.tar")
        run("mmdebstrap", "--variant=minbase", "--mode=root", suite, part, *([mirror] if mirror else []))
        part.rename(archive)
    return archive


class Chroot:
    """The system, as long as the `with` block."""

    def __init__(self, root, archive, packages):
        self.root, self.archive, self.packages = root.resolve(), archive, packages
        self.started = []

    def __enter__(self):
        remove(self.root)
        self.root.mkdir(parents=True)
        try:
            run("tar", "-C", self.root, "-xpf", self.archive, "--exclude=./dev/*")
            self._mount()
            self.run("useradd", "--create-home", "--home-dir", HOME, "--shell", "/bin/bash", PERSON)
        except BaseException:
            self.__exit__()
            raise
        return self

    def _mount(self):
        dev = self.root / "dev"
        run("mount", "-t", "tmpfs", "-o", "mode=755", "hallway", dev)
        for name, minor in [("null", 3), ("zero", 5), ("full", 7), ("random", 8), ("urandom", 9)]:
            os.mknod(dev / name, 0o20666, os.makedev(1, minor))
            (dev / name).chmod(0o666)
        (dev / "shm").mkdir()
        (dev / "shm").chmod(0o1777)
        os.symlink("/proc/self/fd", dev / "fd")
        run("mount", "-t", "proc", "proc", self.root / "proc")
        x11 = self.root / "tmp/.X11-unix"
        x11.mkdir(mode=0o1777, exist_ok=True)
        Path("/tmp/.X11-unix").mkdir(mode=0o1777, exist_ok=True)
        run("mount", "--bind", "/tmp/.X11-unix", x11)
        # What was downloaded once is not downloaded again.
        self.packages.mkdir(parents=True, exist_ok=True)
        run("mount", "--bind", self.packages, self.root / "var/cache/apt/archives")
        shutil.copy("/etc/resolv.conf", self.root / "etc/resolv.conf")
        (self.root / "usr/sbin/policy-rc.d").write_text("#!/bin/sh\nexit 101\n")
        (self.root / "usr/sbin/policy-rc.d").chmod(0o755)

    def __exit__(self, *_):
        for child in self.started:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
        remove(self.root)

    def run(self, *command, **options):
        """Runs a command as root in it."""
        env = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
        return run("chroot", self.root, *command, env=env, **options)

    def install(self, *packages):
        """Installs packages, and nothing that they only recommend."""
        return self.run(*APT, "install", "--no-install-recommends", *packages)

    def _as_person(self, command, display, folder=HOME):
        """The command line and the environment for the person in it."""
        env = {"PATH": "/usr/bin:/bin", "HOME": HOME, "USER": PERSON, "LOGNAME": PERSON, "LC_ALL": "C.UTF-8"}
        env |= {"DISPLAY": display, "LIBGL_ALWAYS_SOFTWARE": "1", "HALLWAY_NEARBY": "off", "XDG_DATA_DIRS": "/usr/share"}
        # `env --chdir` comes after the change of root, so the folder is one in there.
        line = ["/usr/sbin/chroot", f"--userspec={PERSON}:{PERSON}", self.root, "/usr/bin/env", f"--chdir={folder}", *command]
        return [str(word) for word in line], env

    def person(self, *command, display="", folder=HOME):
        """Runs a command as the person, and gives what it prints."""
        line, env = self._as_person(command, display, folder)
        return run(*line, env=env)

    def attempt(self, *command, display=""):
        """Runs a command as the person; status and standard error."""
        line, env = self._as_person(command, display)
        done = subprocess.run(line, env=env, capture_output=True, text=True, check=False)
        return done.returncode, done.stderr

    def start(self, *command, display, log):
        """Starts a command as the person, and does not wait for it."""
        line, env = self._as_person(command, display)
        with open(log, "ab") as out:
            child = subprocess.Popen(
                line, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
            )
        self.started.append(child)
        return child

    def files(self, *leave_out):
        """Every path in it, but for what is mounted, what every installation of a package touches, and `leave_out`."""
        out = ["./proc", "./dev", "./tmp/.X11-unix", "./var/cache", "./var/log", "./var/lib/dpkg", "./var/lib/apt"]
        out += [f".{path}" for path in leave_out]
        found = subprocess.run(["find", ".", "-xdev", "-print0"], cwd=self.root, capture_output=True, check=True).stdout
        paths = {path.decode() for path in found.split(b"\0") if path}
        return {path[1:] for path in paths if not any(path == one or path.startswith(one + "/") for one in out)}


def remove(root):
    """Takes the folder away: first whatever is mounted in it, innermost first, and never another file system."""
    if not root.exists():
        return
    mounts = [line.split()[4].replace("\\040", " ") for line in open("/proc/self/mountinfo", encoding="utf-8")]
    for mount in sorted((one for one in mounts if one.startswith(f"{root}/")), key=len, reverse=True):
        run("umount", "--lazy", mount)
    run("rm", "-rf", "--one-file-system", root)
