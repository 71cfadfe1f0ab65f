#!/usr/bin/env python3
"""Makes message.wav: two soft tones, a fifth apart, for a message that comes while one looks elsewhere.

Sixteen bits, one channel, 22,050 samples a second, because every player takes that. Run it in this folder.
"""

import math
import struct
import wave
from pathlib import Path

RATE = 22_050
SECONDS = 0.45
# Hertz, seconds until it begins, how loud.
TONES = [(587.33, 0.0, 0.22), (880.0, 0.09, 0.18)]
# Seconds in which a tone comes, and in which it falls to a third.
ATTACK, DECAY = 0.008, 0.09


def sample(at):
    """The sum of the tones at a time, each with a quiet octave above it, faded out before the end."""
    total = 0.0
    for hertz, begin, loud in TONES:
        since = at - begin
        if since > 0:
            envelope = min(since / ATTACK, 1.0) * math.exp(-since / DECAY)
            wave_at = math.sin(2 * math.pi * hertz * since) + 0.2 * math.sin(4 * math.pi * hertz * since)
            total += loud * envelope * wave_at
    return total * min((SECONDS - at) / 0.05, 1.0)


def main():
    """Writes the file beside this script."""
    samples = (round(32_767 * sample(n / RATE)) for n in range(round(RATE * SECONDS)))
    with wave.open(str(Path(__file__).with_name("message.wav")), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(b"".join(struct.pack("<h", value) for value in samples))


main()
