#!/usr/bin/env python3
"""Makes the fonts in this folder from the packages that their authors publish. See README.md."""

import io
import sys
import tarfile
import urllib.request
from hashlib import sha256
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

HERE = Path(__file__).resolve().parent
REGISTRY = "https://registry.npmjs.org"
PACKAGES = {
    "inter-ui": ("4.1.1", "e392e4d71f18a7c1f23dfecd833d68fa05eeab41862686584e80fd2b5d87e9c0"),
    "twemoji-colr-font": ("15.0.3", "10cb935907d7dc3d46e254d6ff54b3e042652eb08f6973c81cd2c4225e6ebac5"),
}

# What Inter draws for us: Latin with its extensions, IPA, combining marks, Greek, Cyrillic, punctuation,
# sub- and superscripts, currency, letter-like signs, arrows, mathematics, boxes and the usual shapes.
RANGES = [
    (0x0020, 0x007E), (0x00A0, 0x024F), (0x0250, 0x036F), (0x0370, 0x03FF), (0x0400, 0x052F),
    (0x1AB0, 0x1AFF), (0x1C80, 0x1C8F), (0x1D00, 0x1DBF), (0x1E00, 0x1FFF), (0x2000, 0x20CF),
    (0x2100, 0x214F), (0x2150, 0x218F), (0x2190, 0x21FF), (0x2200, 0x22FF), (0x2300, 0x23FF),
    (0x2500, 0x25FF), (0x2600, 0x26FF), (0x2700, 0x27BF), (0x2C60, 0x2C7F), (0xA640, 0xA69F),
    (0xA720, 0xA7FF), (0xAB30, 0xAB6F), (0xFB00, 0xFB06), (0xFEFF, 0xFEFF), (0xFFFD, 0xFFFD),
]  # fmt: skip
# Left to the emoji font: people who type these mean the coloured drawing. Arrows, © ® ™ and digits stay text.
EMOJI = {0x203C, 0x2049, 0x2600, 0x2665, 0x26A0, 0x2764}
# Layout that is on by default, and tabular figures. egui shapes with what is on by default.
FEATURES = ["calt", "ccmp", "kern", "locl", "mark", "mkmk", "rlig", "liga", "tnum"]


def package(name: str) -> tarfile.TarFile:
    """The published archive of one package, checked against its known sum."""
    version, expected = PACKAGES[name]
    with urllib.request.urlopen(f"{REGISTRY}/{name}/-/{name}-{version}.tgz") as answer:
        data = answer.read()
    found = sha256(data).hexdigest()
    if found != expected:
        sys.exit(f"{name} {version}: the archive has the sum {found}, expected {expected}")
    return tarfile.open(fileobj=io.BytesIO(data))


def read(archive: tarfile.TarFile, path: str) -> bytes:
    """One file of an archive."""
    member = archive.extractfile(f"package/{path}")
    if member is None:
        sys.exit(f"{path} is not in the archive")
    return member.read()


def save(font: TTFont, name: str) -> None:
    """Writes an uncompressed TrueType file with a fixed date, so that a rebuild gives the same bytes."""
    font.flavor = None
    font.recalcTimestamp = False
    font.save(HERE / name)
    print(f"{name}: {(HERE / name).stat().st_size // 1024} KiB, {len(font.getBestCmap())} characters")


def inter() -> None:
    """Regular and semibold, cut to the scripts above."""
    archive = package("inter-ui")
    (HERE / "LICENSE-Inter.txt").write_bytes(read(archive, "LICENSE.txt"))
    for weight in ("Regular", "SemiBold"):
        font = TTFont(io.BytesIO(read(archive, f"web/Inter-{weight}.woff2")))
        options = subset.Options(layout_features=FEATURES, hinting=False, notdef_outline=True)
        options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14, 16, 17]
        cutter = subset.Subsetter(options)
        wanted = {code for first, last in RANGES for code in range(first, last + 1)}
        cutter.populate(unicodes=wanted - EMOJI)
        cutter.subset(font)
        save(font, f"Inter-{weight}.ttf")


def twemoji() -> None:
    """The whole font, only unpacked. Its digits, # and * stay: keycap sequences are made of them."""
    archive = package("twemoji-colr-font")
    (HERE / "LICENSE-Twemoji.txt").write_bytes(read(archive, "LICENSE"))
    save(TTFont(io.BytesIO(read(archive, "twemoji.woff2"))), "Twemoji.ttf")


if __name__ == "__main__":
    inter()
    twemoji()
