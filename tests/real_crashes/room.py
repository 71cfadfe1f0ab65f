"""A room of real programs: one that hosts and some that join, fed with lines, killed, started again, and judged.

Everything happens on the loopback interface and in a folder that is removed. Where a law is broken, everybody's events and
history go into the folder that HALLWAY_CRASHES_EVIDENCE names, if it does. Each program has a session of its own, so
that it is ended together with what it runs under (strace). Python's own library is all that is needed.
"""

import argparse
import contextlib
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from judge import Account, Run, judge

# Seconds until something that must happen counts as not happening: disks and processors may be busy with other work.
PATIENCE = 60.0
# Lines of one person that may wait for the host before this person is given no more.
UNANSWERED = 60
NAMES = ["Ana", "Bo", "Cy", "Dee", "Eli", "Flo"]


class Failed(Exception):
    """Something did not happen, in a sentence."""


class Ended(Failed):
    """It did not happen because the program ended before."""


class Person(Account):
    """Somebody with a folder, whose program is started and killed as one likes."""

    def __init__(self, program, name, folder, arguments):
        super().__init__(name)
        self.program, self.folder, self.arguments = program, folder, arguments
        self.process, self.reader, self.input = None, None, None
        self.news = threading.Condition()
        self.answered, self.at_end = 0, False
        self.errors = folder.parent / f"{name}.errors"

    def start(self, under=(), **variables):
        """Starts the program, perhaps under another one and with variables of its own."""
        env = dict(os.environ, HALLWAY_NEARBY="off", HALLWAY_DATA_DIR=str(self.folder), **variables)
        self.runs.append(Run())
        with self.errors.open("ab") as errors:
            self.process = subprocess.Popen(
                [*under, self.program, *self.arguments, "--json"],
                env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, start_new_session=True,
            )
        self.input, self.at_end = self.process.stdin, False
        self.reader = threading.Thread(target=self._read, args=(self.process.stdout, self.runs[-1]), daemon=True)
        self.reader.start()

    def _read(self, lines, run):
        for line in lines:
            try:
                event = json.loads(line)
            except ValueError:
                # The kill cut it off in the middle; a whole line that is none is found by the judge.
                event = {"event": "cut", "text": line.decode(errors="replace")}
            with self.news:
                run.events.append(event)
                if event["event"] in ("sent", "refused"):
                    self.answered += 1
                self.news.notify_all()
        with self.news:
            self.at_end = True
            self.news.notify_all()

    @property
    def runs_now(self):
        """Whether the program runs."""
        return self.process is not None and self.process.poll() is None

    def say(self, text=None):
        """Types a line, the next of this person's own unless another one is given."""
        text = text or f"{self.name} {len(self.fed) + 1}"
        self.fed.append(text)
        with contextlib.suppress(BrokenPipeError):
            os.write(self.input.fileno(), text.encode() + b"\n")
        return text

    def waits_for_much(self):
        """Whether so much waits for the host that more would only fill the pipe."""
        return len(self.runs[-1].events) == 0 or len(self.fed) - self.answered > UNANSWERED

    def wait_for(self, what, fits, seconds=PATIENCE, unless=None):
        """The first event of this start that fits, as soon as it is there. In vain once this program has ended, or that of
        `unless`."""
        run, seen, end = self.runs[-1], 0, time.monotonic() + seconds
        with self.news:
            while True:
                for event in run.events[seen:]:
                    if fits(event):
                        return event
                seen = len(run.events)
                left = end - time.monotonic()
                ended = self.at_end or (unless and unless.at_end)
                if left <= 0 or ended:
                    reason = Ended if ended else Failed
                    raise reason(f"{self.name}: {what} did not happen; {self.last_words(run)}")
                self.news.wait(min(left, 0.05) if unless else left)

    def last_words(self, run):
        """What it printed last, and what it complained about."""
        events = ", ".join(json.dumps(event) for event in run.events[-4:])
        errors = self.errors.read_text(errors="replace")[-300:] if self.errors.exists() else ""
        return f"its last events: {events}; its errors: {errors!r}"

    def kill(self):
        """Ends it without a word, and everything that it runs under."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.gone()

    def gone(self):
        """Waits until it has ended, and until all that it printed was read."""
        try:
            status = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            raise Failed(f"{self.name} does not end") from None
        self.reader.join(PATIENCE)
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.stdout.close()
        # Rows whose answer was not printed any more are answered by the history.
        self.answered = len(self.fed)
        return status

    def leave(self, ending):
        """Ends it as a person does: `ending` is a signal, or none for the end of input."""
        if ending is None:
            self.process.stdin.close()
        else:
            os.kill(self._own_process(), ending)

    def quit(self, ending):
        """As `leave`, and it must end with status 0."""
        self.leave(ending)
        if self.gone() != 0:
            raise Failed(f"{self.name} ended with {self.process.returncode}; {self.last_words(self.runs[-1])}")

    def _own_process(self):
        """The program itself, be it under another one or not."""
        pid = self.process.pid
        under = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
        return int(under[0]) if under else pid

    def history(self):
        """What the folder holds."""
        done = subprocess.run(
            [self.program, "history", "--json", "--data-dir", self.folder],
            capture_output=True, check=False, timeout=PATIENCE,
        )
        if done.returncode != 0:
            raise Failed(f"{self.name}'s history: {done.stderr.decode(errors='replace').strip()}")
        return [json.loads(line) for line in done.stdout.splitlines()]


class Room:
    """A host and its members. `places` says where somebody's folder is, by name; else it is beside the others."""

    def __init__(self, program, folder, members=5, places=None):
        self.folder, self.port, places = Path(folder), free_port(), places or {}
        host = ["host", "--name", "Study", "--nick", NAMES[0], "--bind", "127.0.0.1", "--port", str(self.port)]
        self.folder.mkdir(parents=True, exist_ok=True)
        self.people = []
        for name in NAMES[: members + 1]:
            place = Path(places.get(name, self.folder / name))
            join = ["join", f"127.0.0.1:{self.port}", "--nick", name]
            self.people.append(Person(program, name, place, join if self.people else host))
        self.host, self.members = self.people[0], self.people[1:]

    def start(self, *but):
        """Starts whoever does not run, the host first, and waits until they are in the room."""
        for person in self.people:
            if person not in but and not person.runs_now:
                person.start()
                if person is self.host:
                    person.wait_for("hosting", lambda event: event["event"] == "hosting")
        for person in self.people:
            if person not in but:
                person.wait_for("online", lambda event: event["event"] == "online")

    def settle(self, seconds=PATIENCE):
        """With everybody there, each says one more line, and all wait until they have heard all of these."""
        last = [person.say() for person in self.people]
        for person in self.people:
            for text in last:
                person.wait_for(f'hearing "{text}"', lambda event, text=text: is_line(event, text), seconds)

    def judge(self):
        """Everybody's history, and what is wrong with it."""
        histories = [person.history() for person in self.people]
        told = judge(self.people, histories)
        for person in self.people:
            if any(event["event"] == "cut" for run in person.runs for event in run.events[:-1]):
                told.append(f"{person.name} printed something that is no event")
        if told and os.environ.get("HALLWAY_CRASHES_EVIDENCE"):
            self._keep(Path(os.environ["HALLWAY_CRASHES_EVIDENCE"]), histories)
        return told, len(histories[0])

    def _keep(self, place, histories):
        """Everybody's lines, events and history, a file each."""
        place = Path(tempfile.mkdtemp(prefix="broken.", dir=place))
        for person, history in zip(self.people, histories):
            runs = [run.events for run in person.runs]
            all_of_it = {"name": person.name, "fed": person.fed, "runs": runs, "history": history}
            (place / f"{person.name}.json").write_text(json.dumps(all_of_it, indent=1), encoding="utf-8")

    def close(self):
        """Members end at the end of their input, which they do only when all of it is numbered; then the host."""
        for person in self.members:
            person.quit(None)
        self.host.quit(signal.SIGTERM)

    def end(self):
        """Ends whatever still runs, without a word."""
        for person in self.people:
            if person.runs_now:
                person.kill()

    def count(self, name):
        """How many events of this name there were."""
        return sum(len(person.printed(name)) for person in self.people)


def is_line(event, text):
    """Whether it shows this line."""
    return event["event"] == "message" and event["text"] == text


def free_port():
    """A port where nobody listens, below those that the system gives to whoever dials: between two starts of the host a
    member that dials it could otherwise be given that very port, and keep it."""
    while True:
        port = random.SystemRandom().randrange(10_000, 32_000)
        with socket.socket() as probe:
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return port


@contextlib.contextmanager
def folder():
    """A folder for one room, on this computer's disk unless TMPDIR says otherwise; removed in the end."""
    path = Path(tempfile.mkdtemp(prefix="hallway-crashes."))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def arguments(text, **more):
    """The program to be tested, the seed, and what else the script asks for, by name and default."""
    parser = argparse.ArgumentParser(description=text, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=Path, help="the hallway to be tested")
    parser.add_argument("--seed", type=int, default=1, help="where the dice begin (default: 1)")
    for name, (default, what) in more.items():
        words = f"{what} (default: {default})"
        parser.add_argument(f"--{name}", type=type(default), default=default, help=words)
    asked = parser.parse_args()
    asked.program = str(asked.program.resolve())
    return asked


def main(test):
    """Runs a script's test, which answers the broken laws and one line of figures."""
    # So that whatever it started is ended too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        told, figures = test()
    except Failed as failed:
        told, figures = [str(failed)], "it came to no end"
    for words in told[:20]:
        print(words, file=sys.stderr)
    print(f"{Path(sys.argv[0]).name}: {figures}: {'holds' if not told else 'BROKEN'}", flush=True)
    sys.exit(1 if told else 0)


def private_mounts():
    """Starts this script again where its mounts are its own, so that nothing stays mounted, however it ends."""
    if os.environ.get("HALLWAY_CRASHES_MOUNTS") == "private":
        return
    if os.geteuid() != 0:
        sys.exit("this needs root: it mounts file systems of its own")
    os.environ["HALLWAY_CRASHES_MOUNTS"] = "private"
    os.execvp("unshare", ["unshare", "--mount", "--propagation", "private", sys.executable, *sys.argv])
