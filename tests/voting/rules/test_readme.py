import doctest
import re
from pathlib import Path
from typing import get_args

import voting.rules
from tests.voting.rules.builders import make_sheet
from voting.rules.rounding import Stage
from voting.rules.rule_sheet import VoidVotes, VoteMethod, rung_names
from voting.rules.sheets import Adding
from voting.rules.trimming import SmallPanel
from voting.rules.weighing import VoidRule

FOLDER = Path(voting.rules.__path__[0])


def test_the_examples_of_the_rule_book_come_out_as_printed():
    results = doctest.testfile(
        str(FOLDER / "README.md"), module_relative=False, encoding="utf-8"
    )

    assert results.attempted > 30
    assert results.failed == 0


def test_the_rule_book_names_only_what_exists():
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    modules = {
        path.stem: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.py")
    }

    named = set(re.findall(r"`([a-z_]+)\.((?!py\b)[A-Za-z_]+)", text))

    assert [
        f"{module}.{name}"
        for module, name in sorted(named)
        if module in modules and not re.search(rf"\b{name}\b", modules[module])
    ] == []
    assert {"sheets", "trimming", "weighing", "votes", "ranking", "draw"} <= {
        m for m, _ in named
    }


def test_every_way_to_decide_is_in_the_rule_book():
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    options = [
        *get_args(Stage),
        *get_args(VoteMethod),
        *get_args(VoidVotes),
        *get_args(VoidRule),
        *get_args(SmallPanel),
        *get_args(Adding),
        *(rung for rung in rung_names(make_sheet()) if ":" not in rung),
    ]

    assert [option for option in options if f"`{option}`" not in text] == []
