"""Disks of our own: an ext4 in a file, whose power can be cut, and a small one in memory, which can be filled.

Needs root, and mounts that are the script's own (`room.private_mounts`), so that nothing stays mounted.
"""

import contextlib
import fcntl
import os
import struct
import subprocess
import time

from room import PATIENCE, Failed

# linux/ext4.h: EXT4_IOC_SHUTDOWN, and to do it without writing the journal out.
SHUTDOWN, NO_LOG_FLUSH = 0x8004587D, 2
MIB = 1024 * 1024


class PowerCut:
    """An ext4 that loses what was not synced when its power is cut."""

    def __init__(self, place, mib=64):
        self.image, self.mount = place / "disk.img", place / "disk"
        self.mount.mkdir()
        with self.image.open("wb") as image:
            image.truncate(mib * MIB)
        command("mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0", self.image)
        self.plug_in()

    def forgets(self):
        """Whether a cut loses what was not synced and keeps what was."""
        kept, lost = self.mount / "kept", self.mount / "lost"
        with kept.open("wb") as file:
            file.write(b"synced")
            file.flush()
            os.fsync(file.fileno())
        lost.write_bytes(b"not synced")
        self.cut()
        self.unplug()
        self.plug_in()
        return kept.read_bytes() == b"synced" and not lost.exists()

    def plug_in(self):
        """Power is back: the journal is played, as at every start of a computer."""
        command("mount", "-o", "loop", self.image, self.mount)

    def cut(self):
        """From here on nothing reaches the disk, and what was on its way there is lost."""
        there = os.open(self.mount, os.O_RDONLY)
        try:
            fcntl.ioctl(there, SHUTDOWN, struct.pack("I", NO_LOG_FLUSH))
        finally:
            os.close(there)

    def unplug(self):
        """What ran from it has ended."""
        end = time.monotonic() + PATIENCE
        while subprocess.run(["umount", self.mount], capture_output=True, check=False).returncode != 0:
            if time.monotonic() > end:
                raise Failed(f"{self.mount} cannot be unmounted")
            time.sleep(0.02)


class SmallDisk:
    """A file system of a few MiB, which can be filled to its last byte."""

    def __init__(self, place, mib):
        self.mount = place / "small"
        self.mount.mkdir()
        self.filler = self.mount / "filler"
        command("mount", "-t", "tmpfs", "-o", f"size={mib}m", "tmpfs", self.mount)

    def fill(self):
        """Takes all the space that is left."""
        with self.filler.open("ab", buffering=0) as filler:
            for size in (MIB // 4, 4096, 512):
                with contextlib.suppress(OSError):
                    while filler.write(b"x" * size):
                        pass

    def empty(self):
        """Gives the space back."""
        self.filler.unlink()

    def unmount(self):
        """What ran from it has ended."""
        command("umount", self.mount)


def command(*words):
    """Runs it to its end."""
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Failed(f"{' '.join(map(str, words))}: {done.stderr.strip()}")
