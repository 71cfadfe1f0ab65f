"""What a screen reader is told of a window, and real clicks on what has a name there.

Needs a session bus (`dbus-run-session`), at-spi2-core and its introspection for Python. A widget is found by the name that
people are told, wherever it stands; what has no name, or another one, is not found, so this also shows that everything can
be used by its name.
"""

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, Gio, GLib  # noqa: E402  pylint: disable=wrong-import-position

from desktop import Failed, wait_for  # noqa: E402  pylint: disable=wrong-import-position

BUS, STATUS = "org.a11y.Bus", "org.a11y.Status"
# What can be typed into.
FIELDS = ("entry", "password text")


def announce_screen_reader():
    """Tells programs that are started from here on that somebody listens: they speak to nobody else."""
    bus = Gio.bus_get_sync(Gio.BusType.SESSION)
    for name in ("IsEnabled", "ScreenReaderEnabled"):
        words = GLib.Variant("(ssv)", (STATUS, name, GLib.Variant("b", True)))
        bus.call_sync(BUS, "/org/a11y/bus", "org.freedesktop.DBus.Properties", "Set", words, None, 0, 5000, None)


class Screen:
    """The window of a program, by names."""

    def __init__(self, app):
        self.app = app
        self.root = wait_for("Its names", self._root)

    def _root(self):
        desktop = Atspi.get_desktop(0)
        for place in range(desktop.get_child_count()):
            child = desktop.get_child_at_index(place)
            try:
                if child is not None and child.get_process_id() == self.app.process.pid:
                    return child
            except GLib.Error:
                continue  # Somebody who is just going.
        return None

    def everything(self):
        """Each thing in the window, as (role, name, node), from the back to the front."""
        found, left = [], [self.root]
        while left:
            node = left.pop()
            try:
                node.clear_cache()
                found.append((node.get_role_name(), node.get_name() or "", node))
                children = [node.get_child_at_index(place) for place in range(node.get_child_count())]
            except GLib.Error:
                continue  # It is gone since.
            left.extend(child for child in reversed(children) if child is not None)
        return found

    def names(self):
        """All that can be read in it."""
        return [name for _, name, _ in self.everything() if name]

    def sees(self, words):
        """Whether something in it holds these words."""
        return any(words in name for name in self.names())

    def waits_for(self, words):
        """Waits until something in it holds these words, and tells what."""
        look = lambda: next((name for name in self.names() if words in name), None)  # noqa: E731
        try:
            return wait_for(f'"{words}" in {self.app.profile.name}\'s window', look)
        except Failed as failed:
            raise Failed(f"{failed}; it reads: {self.names()}") from failed

    def find(self, name, roles=()):
        """The place, in pixels of the window, of what has this name; the one in front where there are several."""

        def look():
            for its_role, its_name, node in reversed(self.everything()):
                if its_name == name and (not roles or its_role in roles):
                    try:
                        box = node.get_extents(Atspi.CoordType.WINDOW)
                    except GLib.Error:
                        return None
                    return (box.x + box.width // 2, box.y + box.height // 2) if box.width > 0 else None
            return None

        try:
            return wait_for(f'"{name}" in {self.app.profile.name}\'s window', look)
        except Failed as failed:
            raise Failed(f"{failed}; it reads: {self.names()}") from failed

    def click(self, name, roles=()):
        """Clicks it with the mouse, and waits for what that does."""
        self.app.click(*self.find(name, roles))
        self.app.settle()

    def fill(self, field, text):
        """Types into the field of this name, over what stood there."""
        self.click(field, FIELDS)
        self.app.type(text)
