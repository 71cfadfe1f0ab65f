"""Where the installer puts Hallway and for whom, what it removes there, and its firewall rule: all of it silently."""

from desktop import Failed

UNINSTALL = r"Software\Microsoft\Windows\CurrentVersion\Uninstall\Hallway"
OURS = r"Software\Hallway"
RUN = r"Software\Microsoft\Windows\CurrentVersion\Run"
EVERYBODYS = r"C:\Program Files\Hallway"
MOVED = r"C:\Für alle Fälle\Hallway"
ADDED = "profile=private,domain protocol=TCP"


def check(sentence, condition):
    """Fails with the sentence's opposite."""
    if not condition:
        raise Failed(f"This does not hold: {sentence}")


def install(story, *switches, where=None, status=0):
    """Silently; a folder's name stands at the end, without quotation marks."""
    words = f"/D={where}".split(" ") if where else []
    story.wine.run(story.setup, "/S", *switches, *words, status=status)
    story.wine.server("-w")


def remove(story, where, *switches, status=0):
    """Silently, waiting for its status, which leaves the uninstaller itself behind."""
    story.wine.run(where + r"\uninstall.exe", "/S", *switches, *f"_?={where}".split(" "), status=status)
    path = story.wine.path(where)
    (path / "uninstall.exe").unlink()
    check(f"nothing else is left in {where}: {list(path.iterdir())}", not list(path.iterdir()))
    path.rmdir()


def location(story, root):
    """Where the registry says that it is installed."""
    return story.wine.registry(rf"{root}\{UNINSTALL}").get("InstallLocation")


def shown(text):
    """As `reg` prints it, which knows none but English letters here."""
    return "".join(letter if letter.isascii() else "\ufffd" for letter in text)


def asked(story):
    """What netsh was asked since the last time."""
    path = story.wine.prefix / "drive_c/netsh.txt"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    path.unlink(missing_ok=True)
    # What is left of the space before an "&", too.
    return [line.split(" advfirewall firewall ", 1)[1].strip() for line in lines]


def rule(where, verb, more=""):
    """The words that netsh should be given."""
    return f'{verb} rule name="Hallway" dir=in program="{where}\\hallway.exe"{more}'


def firewall(story):
    """The rule is noted only if netsh said that it is there, and goes with Hallway."""
    wine, fails = story.wine, story.wine.prefix / "drive_c/netsh-fails"
    asked(story)
    fails.write_text("")
    install(story, "/CurrentUser", "/FIREWALL", status=3)
    check("a rule that could not be added is not noted", not wine.registry(rf"HKCU\{OURS}"))
    fails.unlink()
    asked(story)
    install(story, "/CurrentUser", "/FIREWALL")
    said = asked(story)
    wanted = [rule(story.installed, "delete"), rule(story.installed, "add", f" action=allow {ADDED}")]
    check(f"one rule is added, without a second of the same name: {said}", said == wanted)
    noted = wine.registry(rf"HKCU\{OURS}")
    check(f"it is noted: {noted}", noted == {"FirewallRule": story.installed + r"\hallway.exe"})
    story.ok("the firewall rule is noted only where netsh says that it is there")


def folders(story):
    """Names with spaces and letters of other languages, other people's files, and from one folder into another."""
    wine, c = story.wine, story.wine.prefix / "drive_c"
    theirs = c / "Taken/Hallway/LICENSE-MIT.txt"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("Theirs")
    before = location(story, "HKCU")
    install(story, "/CurrentUser", where=r"C:\Taken", status=2)
    check("other people's files stay as they were", [*theirs.parent.iterdir()] == [theirs])
    check("they are not written over", theirs.read_text() == "Theirs")
    check("what was installed stays, too", location(story, "HKCU") == before == story.installed)

    wine.run("reg", "add", rf"HKCU\{RUN}", "/v", "Hallway", "/d", rf'"{before}\hallway.exe" --hidden', "/f")
    (c / "Für alle Fälle").mkdir()
    (c / "Für alle Fälle/Notiz.txt").write_text("Theirs")
    where = MOVED
    asked(story)
    install(story, "/CurrentUser", where=r"C:\Für alle Fälle")
    check(f"Hallway has a folder of its own: {location(story, 'HKCU')!r}", location(story, "HKCU") == shown(where))
    check("the program is there", (wine.path(where) / "hallway.exe").is_file())
    check("the former folder is gone", not wine.path(before).exists())
    starts = wine.registry(rf"HKCU\{RUN}").get("Hallway", "")
    check(f"it starts with the computer from the new one: {starts}", starts == shown(rf'"{where}\hallway.exe" --hidden'))
    said = asked(story)
    wanted = [rule(where, "delete"), rule(before, "delete"), rule(where, "add", f" action=allow {ADDED}")]
    check(f"the rule moves with it: {said}", said == wanted)
    picture = wine.registry(r"HKCU\Software\Classes\AppUserModelId\Hallway.Hallway")["IconUri"]
    check(f"notifications have a picture: {picture}", picture == shown(where + r"\hallway.png"))
    check("it is one", (wine.path(where) / "hallway.png").read_bytes().startswith(b"\x89PNG"))
    story.ok("it moves into a folder with spaces and umlauts, and leaves other people's files alone")


def everybody(story):
    """For everybody instead of one person, back to nothing, and then with another person's entry in the way."""
    wine = story.wine
    asked(story)
    install(story, "/AllUsers")
    check("it is installed for everybody", location(story, "HKLM") == EVERYBODYS)
    check("the person's own copy is gone", not wine.path(MOVED).exists() and location(story, "HKCU") is None)
    links = wine.registry(r"HKCU\Software\Classes\hallway\shell\open\command")
    check(f"links open the one that is left: {links}", EVERYBODYS in links[""] if links else True)
    check("the rule is everybody's", wine.registry(rf"HKLM\{OURS}") == {"FirewallRule": EVERYBODYS + r"\hallway.exe"})
    check("the person's note is gone", not wine.registry(rf"HKCU\{OURS}"))
    asked(story)
    remove(story, EVERYBODYS)
    check("the rule goes with it", asked(story) == [rule(EVERYBODYS, "delete")])
    check("its entry is gone", location(story, "HKLM") is None)
    check("it no longer starts with the computer", "Hallway" not in wine.registry(rf"HKCU\{RUN}"))
    for name in ["system.reg", "user.reg"]:
        text = (wine.prefix / name).read_text(errors="replace")
        check(f"no key of {name} names it", "\\\\hallway]" not in text.lower())
    story.ok("for everybody, it takes the place of the person's own copy, and goes without a trace")


def elsewhere(story):
    """The uninstaller of an account that is not this one: this one's registry has no word of it."""
    wine, entry = story.wine, rf"HKCU\{UNINSTALL}"
    where = location(story, "HKCU")
    wine.run("reg", "delete", entry, "/v", "InstallLocation", "/f")
    story.profile.mkdir(parents=True, exist_ok=True)
    wine.run(where + r"\uninstall.exe", "/S", "/PURGE", *f"_?={where}".split(" "), status=2)
    check("the rooms of who runs it are left alone", story.profile.is_dir())
    check("so is the program", (wine.path(where) / "hallway.exe").is_file())
    wine.run("reg", "add", entry, "/v", "InstallLocation", "/d", where, "/f")
    story.ok("an administrator purges nothing with another account's uninstaller")


def tell(story):
    """Everything, in order. Nothing is installed before, and nothing after."""
    firewall(story)
    elsewhere(story)
    folders(story)
    everybody(story)
