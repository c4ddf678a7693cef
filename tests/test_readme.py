"""What the README names is there: addresses, commands, targets of make, files."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands
from django.urls import Resolver404, resolve

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CODE = re.findall(r"`([^`]+)`", re.sub(r"```.*?```", "", README, flags=re.S))
# The first line of what the README shows as a path below the site's address.
ADDRESS = re.compile(r"/(?:[\w.-]+/)*[\w.-]*")


def is_address(text: str) -> bool:
    return bool(ADDRESS.fullmatch(text)) and not text.startswith(("/srv", "/etc"))


def there_is(address: str) -> bool:
    """Wagtail takes every address that nothing else does; only these are pages of its tree."""
    try:
        match = resolve(address.replace("SLUG", "hongqi-2026"))
    except Resolver404:
        return False
    return match.url_name != "wagtail_serve" or address in {"/", "/u/"}


@pytest.mark.parametrize("address", sorted({text for text in CODE if is_address(text)}))
def test_each_address_that_the_readme_names_is_there(address):
    assert there_is(address)


def test_an_address_that_is_not_there_would_be_noticed():
    assert not there_is("/results/SLUG/manage/nothing/")


def commands_named() -> set[str]:
    """After ``manage.py``, and in the first column of the table of commands."""
    table = README.split("Commands of `manage.py`")[1].split("\n## ")[0]
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("|")]
    spoken = re.findall(r"manage\.py ([a-z_]+)", README)
    without = README.split("Without a server, for a rehearsal:")[1].split("\n")[0]
    first = {
        code.split()[0]
        for cell in cells
        for code in re.findall(r"`([^`]+)`", cell)
        if not code.startswith("-")
    }
    return (
        first | set(spoken) | set(re.findall(r"`(?:manage\.py )?([a-z_]+)`", without))
    )


def test_each_command_that_the_readme_names_is_there():
    assert commands_named() - set(get_commands()) == set()


def test_each_target_of_make_that_the_readme_names_is_there():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, flags=re.M))
    named = set(re.findall(r"\bmake ([a-z]+)\b", "\n".join([*CODE, README])))
    assert {name for name in named if f"`make {name}" in README} - targets == set()


@pytest.mark.parametrize("link", re.findall(r"\]\(([^):]+)\)", README))
def test_each_file_that_the_readme_links_to_is_there(link):
    assert (ROOT / link).exists()
