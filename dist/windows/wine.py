"""A Windows of our own, by Wine in a folder of its own, as long as the `with` block."""

import subprocess
from pathlib import Path

from desktop import Failed, ports, wait_for

HERE = Path(__file__).resolve().parent
WINE = "/usr/lib/wine/wine64"
SERVER = "/usr/lib/wine/wineserver64"
# Seconds for one Windows command; the first fills the whole prefix.
PATIENCE = 180


class Wine:
    """A fresh prefix, its programs, files and registry."""

    def __init__(self, desktop, folder):
        self.prefix = folder / "prefix"
        self.bin = folder / "bin"
        self.env = dict(
            desktop.env,
            WINEPREFIX=str(self.prefix),
            WINESERVER=SERVER,
            WINEARCH="win64",
            WINEDEBUG="-all",
            # Neither Mono nor a browser is asked for, and the Start menu of the Linux desktop is left alone.
            WINEDLLOVERRIDES="mscoree=;mshtml=;winemenubuilder.exe=;netsh.exe=n",
        )
        # A profile folder chosen for Linux means nothing here.
        self.env.pop("HALLWAY_DATA_DIR", None)
        desktop.env["WINEPREFIX"] = str(self.prefix)

    def __enter__(self):
        self.bin.mkdir()
        self.run("wineboot", "--init")
        self.server("-w")
        for source, made in [("bcryptprimitives.c", "bcryptprimitives.dll"), ("netsh.c", "netsh.exe")]:
            shared = ["-shared"] if made.endswith(".dll") else []
            path = self.prefix / "drive_c/windows/system32" / made
            path.unlink(missing_ok=True)
            command = ["x86_64-w64-mingw32-gcc", *shared, "-O1", "-o", path, HERE / source, "-ladvapi32"]
            subprocess.run(command, check=True)
        users = [entry for entry in (self.prefix / "drive_c/users").iterdir() if entry.name != "Public"]
        self.home = users[0]
        return self

    def __exit__(self, *_):
        # Ends this prefix's programs and no others.
        self.server("-k")
        wait_for("The end of Wine's programs", lambda: not self.pids())

    def server(self, word):
        """Asks the prefix's own server: `-w` waits for the last program's end, `-k` ends them all."""
        subprocess.run([SERVER, word], env=self.env, check=False, timeout=PATIENCE)

    def run(self, *command, status=0, stdin=""):
        """Runs a Windows program to its end; what it prints."""
        done = subprocess.run(
            [WINE, *map(str, command)], env=self.env, input=stdin, capture_output=True, text=True,
            timeout=PATIENCE, check=False, cwd=self.bin, errors="replace",
        )
        if status is not None and done.returncode != status:
            raise Failed(f"{command[0]} ended with status {done.returncode}, not {status}: {done.stdout}{done.stderr}")
        return done.stdout.replace("\r\n", "\n")

    def registry(self, key):
        """The values of a key by name, the default one by an empty name; nothing if there is no such key."""
        values = {}
        for line in self.run("reg", "query", key, status=None).splitlines():
            words = line.split("    ")
            if len(words) == 4 and words[0] == "":
                values["" if words[1] == "(Default)" else words[1]] = words[3]
        return values

    def path(self, windows):
        """Where a path of C: lies outside."""
        return self.prefix / "drive_c" / windows.removeprefix("C:\\").replace("\\", "/")

    def program(self, windows):
        """A command of Linux that starts this Windows program, with the person's own profile."""
        script = self.bin / windows.rsplit("\\", 1)[1]
        lines = [f"export {name}={self.env[name]!r}" for name in self.env if name.startswith("WINE")]
        lines += ["unset HALLWAY_DATA_DIR", f"exec {WINE} '{windows}' \"$@\""]
        script.write_text("#!/bin/sh\n" + "\n".join(lines) + "\n")
        script.chmod(0o755)
        return str(script)

    def pids(self):
        """The processes of this prefix."""
        wanted, found = f"WINEPREFIX={self.prefix}".encode(), []
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit():
                try:
                    mine = wanted in (folder / "environ").read_bytes().split(b"\0")
                    command = (folder / "cmdline").read_bytes()
                except OSError:
                    continue
                if mine and (b".exe" in command or b".com" in command or b"wineserver" in command):
                    found.append(int(folder.name))
        return found

    def ports(self, loopback=False):
        """TCP ports that programs of this prefix listen on for others, and on request those for this computer alone."""
        return ports(*self.pids(), loopback=loopback)
