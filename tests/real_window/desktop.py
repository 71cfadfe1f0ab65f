"""A display of our own with a window manager on it, and the program's windows there.

Needs Xvfb, openbox, xdotool and imagemagick. Nothing here knows what the program looks like; `run` and `looks` do.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

# A stand-in for imagemagick may come first on the search path.
IMPORT, COMPARE, CONVERT = "/usr/bin/import", "/usr/bin/compare", "/usr/bin/convert"
# Seconds until something that should happen counts as not happening. Software rendering on a loaded machine is slow.
PATIENCE = 30.0
# Seconds between two looks at something that is about to happen.
PAUSE = 0.1


class Failed(Exception):
    """Something did not happen, in a sentence."""


def wait_for(what, condition, seconds=PATIENCE):
    """What the condition answers, as soon as it is true."""
    end = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > end:
            raise Failed(f"{what} did not happen within {seconds:.0f} s")
        time.sleep(PAUSE)


def output(*command, env=None):
    """What a command prints; nothing if it fails."""
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else ""


class Desktop:
    """An X server and a window manager, as long as the `with` block."""

    def __init__(self, width=2400, height=1600):
        self.size = f"{width}x{height}x24"
        self.children = []

    def __enter__(self):
        read, write = os.pipe()
        self._start(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", self.size, "-nolisten", "tcp"], pass_fds=[write]
        )
        os.close(write)
        with os.fdopen(read) as display:
            number = display.readline().strip()
        if not number:
            raise Failed("Xvfb did not start")
        self.env = dict(os.environ, DISPLAY=f":{number}", LIBGL_ALWAYS_SOFTWARE="1", HALLWAY_NEARBY="off")
        self.env.pop("WAYLAND_DISPLAY", None)
        self.env.pop("WAYLAND_SOCKET", None)
        self._start(["openbox", "--sm-disable"], env=self.env)
        wait_for("The window manager's start", lambda: self.xdotool("get_num_desktops"))
        return self

    def __exit__(self, *_):
        for child in reversed(self.children):
            child.terminate()
            child.wait()

    def _start(self, command, **options):
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.children.append(subprocess.Popen(command, **quiet, **options))

    def xdotool(self, *words):
        """What xdotool prints."""
        return output("xdotool", *map(str, words), env=self.env).strip()


def ports(*pids, loopback=False):
    """TCP ports that these processes listen on for others. At 127.0.0.1 the window listens for later starts."""
    sockets, tables = set(), set()
    for folder in (Path(f"/proc/{pid}") for pid in pids):
        try:
            sockets.update(os.readlink(link) for link in (folder / "fd").iterdir())
            tables.update((folder / "net" / name).read_text() for name in ("tcp", "tcp6"))
        except FileNotFoundError:
            continue  # A process has ended or closed something; the next look sees what is left.
    found = set()
    for line in "".join(tables).splitlines():
        words = line.split()
        if words[3] == "0A" and f"socket:[{words[9]}]" in sockets:
            address, port = words[1].rsplit(":", 1)
            if loopback or address != "0100007F":
                found.add(int(port, 16))
    return found


class App:
    """One start of the program with a profile, and its window."""

    def __init__(self, desktop, binary, profile, screens, left=0, scale=1):
        self.desktop, self.binary, self.profile, self.screens = desktop, binary, profile, screens
        self.log = open(profile.with_suffix(".log"), "ab")  # pylint: disable=consider-using-with
        env = dict(desktop.env, HALLWAY_DATA_DIR=str(profile), WINIT_X11_SCALE_FACTOR=str(scale))
        self.process = subprocess.Popen([binary], env=env, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        try:
            self.window = wait_for("A window", self._find).splitlines()[0]
            # Side by side: a picture of a window shows what lies over it.
            self.desktop.xdotool("windowmove", self.window, left, 0)
            self.focus()
            self.settle()
        except BaseException:
            self.kill()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()

    def _find(self):
        if self.process.poll() is not None:
            log = self.profile.with_suffix(".log").read_text(errors="replace")
            raise Failed(f"{self.binary} ended with status {self.process.returncode} before it had a window: {log}")
        return self.desktop.xdotool("search", "--onlyvisible", "--pid", self.process.pid)

    def focus(self):
        """Brings the window to the front, with the keyboard. A window that opens meanwhile takes that for itself, so
        it is asked for again until it is there."""

        def focused():
            if self.desktop.xdotool("getwindowfocus") == self.window:
                return True
            self.desktop.xdotool("windowactivate", self.window)
            return False

        self.desktop.xdotool("windowactivate", "--sync", self.window)
        wait_for("The window's focus", focused)

    def keys(self, *names):
        """Presses keys, such as `ctrl+n` or `Return`, and waits for what they do."""
        self.focus()
        self.desktop.xdotool("key", "--clearmodifiers", "--delay", 60, *names)
        self.settle()

    def type(self, text):
        """Types text where the focus is, over what stood there."""
        self.focus()
        self.desktop.xdotool("key", "--clearmodifiers", "ctrl+a")
        self.desktop.xdotool("type", "--clearmodifiers", "--delay", 25, text)
        self.settle()

    def click(self, x, y):
        """Clicks at this place in the window, in pixels."""
        self.focus()
        self.desktop.xdotool("mousemove", "--sync", "--window", self.window, x, y, "click", 1)

    def resize(self, width, height):
        """Gives the window this inner size, in pixels."""
        self.desktop.xdotool("windowsize", "--sync", self.window, width, height)
        self.settle()

    def picture(self, name):
        """Saves what the window shows, and tells where."""
        path = self.screens / f"{name}.png"
        subprocess.run([IMPORT, "-window", self.window, str(path)], env=self.desktop.env, check=True)
        return path

    def settle(self):
        """Waits until the window stops changing; a blinking caret counts as still."""
        before = self.picture(".before")
        end = time.monotonic() + PATIENCE
        still = 0
        while still < 3 and time.monotonic() < end:
            time.sleep(PAUSE)
            now = self.picture(".now")
            still = still + 1 if self._differ(before, now) < 200 else 0
            now.replace(before)
        before.unlink(missing_ok=True)

    @staticmethod
    def _differ(one, other):
        """How many pixels are not the same."""
        done = subprocess.run(
            [COMPARE, "-metric", "AE", str(one), str(other), "null:"], capture_output=True, text=True, check=False
        )
        try:
            return float(done.stderr.split()[0])
        except (IndexError, ValueError):
            return float("inf")  # of different sizes

    def content(self, left):
        """The box, in pixels, of what is drawn right of `left`: x, y, width, height."""
        shot = self.picture(".content")
        crop = ["-crop", f"+{left}+0", "+repage", "-fuzz", "3%", "-format", "%@", "info:"]
        box = output(CONVERT, str(shot), *crop).strip()  # such as 520x300+40+24
        shot.unlink()
        size, x, y = box.split("+")
        width, height = map(int, size.split("x"))
        return left + int(x), int(y), width, height

    def ports(self):
        """TCP ports of rooms of this start of the program."""
        return ports(self.process.pid)

    def cpu_seconds(self):
        """Processor time that this start has used so far."""
        words = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")

    def history(self):
        """The messages that the profile holds, as the headless command prints them."""
        command = [self.binary, "history", "--json", "--data-dir", str(self.profile)]
        events = [json.loads(line) for line in output(*command, env=self.desktop.env).splitlines()]
        return [event for event in events if event["event"] == "message"]

    def says(self, text):
        """True if the profile holds a message of this text."""
        return any(message["text"] == text for message in self.history())

    def quit(self):
        """Presses the keys that close the program, and waits for a clean end."""
        self.focus()
        self.desktop.xdotool("key", "--clearmodifiers", "ctrl+q")
        wait_for("The end after Ctrl+Q", lambda: self.process.poll() is not None)
        self.log.close()
        if self.process.returncode != 0:
            raise Failed(f"The program ended with status {self.process.returncode} after Ctrl+Q")

    def kill(self):
        """Ends the program if it runs."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.log.close()


def name_profile(folder, nickname, **settings):
    """A fresh profile. Two people on one computer have one login name, so each is told a name of its own."""
    folder.mkdir(mode=0o700)
    lines = [f"nickname = {json.dumps(nickname)}"]
    lines += [f"{key} = {json.dumps(value)}" for key, value in settings.items()]
    (folder / "settings.toml").write_text("\n".join(lines) + "\n")
    return folder


def arguments(count, usage):
    """The binary and the other words of the command line."""
    if len(sys.argv) != count + 1:
        sys.exit(usage)
    binary = Path(sys.argv[1]).resolve()
    if not binary.is_file():
        sys.exit(f"{binary} is not there; cargo build --release makes it")
    return str(binary), *sys.argv[2:]


def screens(binary):
    """The folder for screenshots beside the build, made if it is not there."""
    folder = Path(binary).parent.parent / "screens"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
