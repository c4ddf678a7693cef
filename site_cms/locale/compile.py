# /// script
# requires-python = ">=3.11"
# dependencies = ["polib>=1.2"]
# ///
"""Make each .mo of this folder from its .po, without gettext: ``make words``."""

from pathlib import Path

import polib

HERE = Path(__file__).resolve().parent

if __name__ == "__main__":
    for catalogue in HERE.rglob("*.po"):
        polib.pofile(str(catalogue)).save_as_mofile(str(catalogue.with_suffix(".mo")))
