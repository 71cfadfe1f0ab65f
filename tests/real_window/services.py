"""The services of a desktop, on a message bus of our own: notifications, and the place for icons near the clock.

Needs dbus-daemon and python3-gi. It answers as the specifications ask, remembers what it was told, and does what a
person would do: click on a notification, on an icon, on an entry of its menu.
"""

import os
import subprocess
import threading

from gi.repository import Gio, GLib

NOTIFICATIONS = "org.freedesktop.Notifications"
WATCHER = "org.kde.StatusNotifierWatcher"
ITEM = "org.kde.StatusNotifierItem"
MENU = "com.canonical.dbusmenu"
INTERFACES = f"""<node>
<interface name="{NOTIFICATIONS}">
  <method name="Notify">
    <arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="s" direction="in"/>
    <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="as" direction="in"/>
    <arg type="a{{sv}}" direction="in"/><arg type="i" direction="in"/><arg type="u" direction="out"/>
  </method>
  <method name="CloseNotification"><arg type="u" direction="in"/></method>
  <method name="GetCapabilities"><arg type="as" direction="out"/></method>
  <method name="GetServerInformation">
    <arg type="s" direction="out"/><arg type="s" direction="out"/><arg type="s" direction="out"/>
    <arg type="s" direction="out"/>
  </method>
  <signal name="ActionInvoked"><arg type="u"/><arg type="s"/></signal>
  <signal name="NotificationClosed"><arg type="u"/><arg type="u"/></signal>
</interface>
<interface name="{WATCHER}">
  <method name="RegisterStatusNotifierItem"><arg type="s" direction="in"/></method>
  <method name="RegisterStatusNotifierHost"><arg type="s" direction="in"/></method>
  <property name="RegisteredStatusNotifierItems" type="as" access="read"/>
  <property name="IsStatusNotifierHostRegistered" type="b" access="read"/>
  <property name="ProtocolVersion" type="i" access="read"/>
</interface>
</node>"""


class Services:
    """A message bus with both services, as long as the `with` block."""

    def __init__(self):
        self.shown = {}  # what stands there: number to title, text, actions and the program's own name
        self.count = 0  # how often something was to be shown
        self.items = []  # the icons near the clock, by the bus names of their programs
        self._last = 0

    def __enter__(self):
        self._daemon = subprocess.Popen(
            ["dbus-daemon", "--session", "--nofork", "--print-address"], stdout=subprocess.PIPE, text=True
        )
        self.address = self._daemon.stdout.readline().strip()
        ready = threading.Event()
        self._context = GLib.MainContext()
        self._loop = GLib.MainLoop(self._context)
        threading.Thread(target=self._serve, args=[ready], daemon=True).start()
        ready.wait(10)
        return self

    def __exit__(self, *_):
        self._loop.quit()
        self._daemon.terminate()
        self._daemon.wait()

    def _connect(self):
        kind = Gio.DBusConnectionFlags
        flags = kind.AUTHENTICATION_CLIENT | kind.MESSAGE_BUS_CONNECTION
        return Gio.DBusConnection.new_for_address_sync(self.address, flags, None, None)

    def _serve(self, ready):
        self._context.push_thread_default()
        self._bus = self._connect()
        node = Gio.DBusNodeInfo.new_for_xml(INTERFACES)
        self._bus.register_object(
            "/org/freedesktop/Notifications", node.lookup_interface(NOTIFICATIONS), self._notifications, None, None
        )
        self._bus.register_object(
            "/StatusNotifierWatcher", node.lookup_interface(WATCHER), self._watcher, self._watched, None
        )
        for name in (NOTIFICATIONS, WATCHER):
            request = GLib.Variant("(su)", (name, 0))
            place = ("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName")
            self._bus.call_sync(*place, request, None, Gio.DBusCallFlags.NONE, -1, None)
        ready.set()
        self._loop.run()

    def _notifications(self, _bus, _sender, _path, _interface, method, words, answer):
        words = words.unpack()
        if method == "Notify":
            program, before, icon, title, text, actions, _hints, _timeout = words
            self._last += 1
            number = before or self._last
            self.shown[number] = (title, text, actions, program, icon)
            self.count += 1
            answer.return_value(GLib.Variant("(u)", (number,)))
        elif method == "CloseNotification":
            self.shown.pop(words[0], None)
            answer.return_value(None)
            self._signal("NotificationClosed", "(uu)", (words[0], 3))
        elif method == "GetCapabilities":
            answer.return_value(GLib.Variant("(as)", (["actions", "body", "body-markup"],)))
        else:
            answer.return_value(GLib.Variant("(ssss)", ("test", "test", "1", "1.2")))

    def _signal(self, name, kind, words):
        words = GLib.Variant(kind, words)
        self._bus.emit_signal(None, "/org/freedesktop/Notifications", NOTIFICATIONS, name, words)

    def _watcher(self, _bus, _sender, _path, _interface, method, words, answer):
        if method == "RegisterStatusNotifierItem":
            self.items.append(words.unpack()[0])
        answer.return_value(None)

    def _watched(self, _bus, _sender, _path, _interface, name):
        known = {
            "RegisteredStatusNotifierItems": GLib.Variant("as", self.items),
            "IsStatusNotifierHostRegistered": GLib.Variant("b", True),
            "ProtocolVersion": GLib.Variant("i", 0),
        }
        return known[name]

    def notes(self):
        """Titles and texts of what stands there."""
        return [words[:2] for words in list(self.shown.values())]

    def click_note(self):
        """Clicks on the newest notification, which goes away by it."""
        number = max(self.shown)
        self.shown.pop(number)
        self._signal("ActionInvoked", "(us)", (number, "default"))
        self._signal("NotificationClosed", "(uu)", (number, 2))

    def _ask(self, path, interface, method, words):
        bus = self._connect()
        place = (self.items[-1], path, interface, method)
        return bus.call_sync(*place, words, None, Gio.DBusCallFlags.NONE, 10_000, None).unpack()

    def icon(self):
        """A property of the icon near the clock: its pixels."""
        words = GLib.Variant("(ss)", (ITEM, "IconPixmap"))
        ((_, _, pixels),) = self._ask("/StatusNotifierItem", "org.freedesktop.DBus.Properties", "Get", words)[0]
        return bytes(pixels)

    def click_icon(self):
        """Clicks on the icon near the clock."""
        self._ask("/StatusNotifierItem", ITEM, "Activate", GLib.Variant("(ii)", (0, 0)))

    def menu(self):
        """The entries of its menu: words to number and properties."""
        words = GLib.Variant("(iias)", (0, -1, []))
        _, (_, _, entries) = self._ask("/MenuBar", MENU, "GetLayout", words)
        return {properties.get("label", ""): (number, properties) for number, properties, _ in entries}

    def choose(self, words):
        """Chooses an entry of its menu."""
        number, _ = self.menu()[words]
        event = GLib.Variant("(isvu)", (number, "clicked", GLib.Variant("i", 0), 0))
        self._ask("/MenuBar", MENU, "Event", event)


def without_bus(env):
    """The same surroundings without any message bus."""
    return dict(env, DBUS_SESSION_BUS_ADDRESS="unix:path=/nonexistent/bus", XDG_RUNTIME_DIR=os.devnull)
