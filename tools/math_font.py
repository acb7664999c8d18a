"""Cut the mathematics font to what formulas of the book may use.

``python -m tools.math_font latinmodern-math.otf`` writes ``book/_static/fonts/book-math.woff2``.
The font is Latin Modern Math of the GUST e-foundry (GUST Font License, ``fonts/licence.txt``); as
the licence asks of a changed font, the cut one bears another name. It keeps whole alphabets and
blocks of operators, so that a new formula seldom needs a new cut; a test of the site says when.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from fontTools import subset

from tools.notebooks import ROOT

FONT = ROOT / "book/_static/fonts/book-math.woff2"
NAME = "Book Math"
SIGNS = [
    *range(0x20, 0x7F),
    *(0xA0, 0xA7, 0xAC, 0xAF, 0xB0, 0xB1, 0xB4, 0xB7, 0xD7, 0xF7),
    *(0x131, 0x237, 0x2C6, 0x2C7, 0x2D8, 0x2D9, 0x2DC),
    *range(0x300, 0x30D),  # accents
    0x332,
    *range(0x391, 0x3F6),  # Greek
    *range(0x2010, 0x2064),
    *range(0x2100, 0x214F),  # letters that stand outside of the alphabets
    *range(0x2190, 0x219A),  # arrows
    *(0x21A6, 0x21BE, 0x21D0, 0x21D2, 0x21D4),
    *range(0x2200, 0x22F2),  # operators
    *(0x2308, 0x2309, 0x230A, 0x230B, 0x23DE, 0x23DF, 0x25A1, 0x25AA, 0x25FB),
    *(
        0x266F,
        0x27C2,
        0x27E8,
        0x27E9,
        0x27F5,
        0x27F6,
        0x27F9,
        0x27FA,
        0x27FC,
        0x2A7D,
        0x2A7E,
        0x2AAF,
        0x2AB0,
    ),
    *range(0x1D400, 0x1D468),  # bold, italic
    *range(0x1D49C, 0x1D4B6),  # script capitals
    *range(0x1D538, 0x1D551),  # blackboard capitals
    *range(0x1D670, 0x1D6A4),  # typewriter
    *range(0x1D7CE, 0x1D7D8),  # bold digits
    0x1D7D9,  # the blackboard one
    *range(0x1D6E2, 0x1D71C),  # Greek italic
]
"""Unicode of what is kept, where the font has it; what signs are made of comes with them."""


def cut(source: Path, target: Path) -> None:
    """Write the cut font."""
    options = subset.Options(flavor="woff2", layout_features=["*"], hinting=False, name_IDs=["*"])
    font = subset.load_font(str(source), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=sorted(set(SIGNS)))
    cutter.subset(font)
    for record in font["name"].names:
        if record.nameID in (1, 4, 6, 16):
            font["name"].setName(
                NAME.replace(" ", "") if record.nameID == 6 else NAME,
                record.nameID,
                record.platformID,
                record.platEncID,
                record.langID,
            )
    target.parent.mkdir(parents=True, exist_ok=True)
    subset.save_font(font, str(target), options)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tools.math_font")
    parser.add_argument("source", type=Path, help="latinmodern-math.otf")
    options = parser.parse_args(arguments)
    cut(options.source, FONT)
    print(f"{FONT.relative_to(ROOT)}: {FONT.stat().st_size / 1000:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
