"""Writes src/SelfInstruct.LocalModels/Tokenization/nfc.txt, and prints hashes for NormalFormCTests, from Python's copy of the Unicode Character Database.

nfc.txt, one thing a line: "FROM-TO CLASS" for canonical combining classes; "CODE=CODES" for a canonical decomposition
that NFC composes again, "CODE!CODES" for one that it does not. Hangul is arithmetic and left out.
"""
import hashlib
import json
import os
import unicodedata

here = os.path.dirname(os.path.abspath(__file__))


def canonical(code):
    text = unicodedata.decomposition(chr(code))
    return [] if not text or text.startswith("<") else [int(part, 16) for part in text.split()]


points = [code for code in range(0x110000) if not 0xD800 <= code <= 0xDFFF]
lines, start, current = [f"# Unicode {unicodedata.unidata_version}"], None, 0
for code in points + [0x110000]:
    combining = unicodedata.combining(chr(code)) if code < 0x110000 else 0
    if combining != current:
        if current:
            lines.append(f"{start:04X}-{last:04X} {current}")
        start, current = code, combining
    last = code
for code in points:
    parts = canonical(code)
    if parts:
        composes = unicodedata.normalize("NFC", unicodedata.normalize("NFD", chr(code))) == chr(code)
        lines.append(f"{code:04X}{'=' if composes else '!'}{' '.join(f'{part:04X}' for part in parts)}")
with open(os.path.join(here, "../../../src/SelfInstruct.LocalModels/Tokenization/nfc.txt"), "w", encoding="ascii") as file:
    file.write("\n".join(lines) + "\n")

# Every character alone, and draws of marks and letters in any order (a generator any language can repeat).
alone = hashlib.sha256("".join(unicodedata.normalize("NFC", chr(code)) + "|" for code in points).encode("utf-8")).hexdigest()
pool = [code for code in points if unicodedata.combining(chr(code)) or canonical(code)] + list(range(0x41, 0x5B)) + list(range(0x1100, 0x1113)) + list(range(0x1161, 0x1176)) + list(range(0x11A7, 0x11C3)) + [0xAC00, 0xAC01]
state, digest = 12345, hashlib.sha256()
for _ in range(20000):
    text = ""
    for _ in range(6):
        state = (state * 1103515245 + 12345) % (1 << 31)
        text += chr(pool[(state >> 8) % len(pool)])
    digest.update((unicodedata.normalize("NFC", text) + "|").encode("utf-8"))
print(json.dumps({"unicode": unicodedata.unidata_version, "alone": alone, "pool": len(pool), "drawn": digest.hexdigest()}))
