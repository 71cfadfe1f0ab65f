#!/usr/bin/env python3
"""Draws icon.svg at every size that a desktop asks for: icon/*.png and icon.ico.

pip install cairosvg==2.9.1
"""

import struct
from pathlib import Path

import cairosvg

HERE = Path(__file__).resolve().parent
SIZES = [16, 24, 32, 48, 64, 128, 256, 512, 1024]
# What Windows looks for in an icon; 256 is the largest that the format holds.
ICO_SIZES = [16, 24, 32, 48, 64, 128, 256]


def draw(size: int) -> bytes:
    """The drawing as a PNG, that many pixels wide and high."""
    return cairosvg.svg2png(url=str(HERE / "icon.svg"), output_width=size, output_height=size)


def ico(pictures: dict[int, bytes]) -> bytes:
    """An icon file: a header, one directory entry a picture, then the PNGs themselves."""
    offset = 6 + 16 * len(ICO_SIZES)
    header, body = struct.pack("<HHH", 0, 1, len(ICO_SIZES)), b""
    for size in ICO_SIZES:
        png = pictures[size]
        side = size % 256  # 256 is written as 0
        header += struct.pack("<BBBBHHII", side, side, 0, 0, 1, 32, len(png), offset + len(body))
        body += png
    return header + body


if __name__ == "__main__":
    pictures = {size: draw(size) for size in SIZES}
    (HERE / "icon").mkdir(exist_ok=True)
    for size, png in pictures.items():
        (HERE / "icon" / f"{size}.png").write_bytes(png)
    (HERE / "icon.ico").write_bytes(ico(pictures))
