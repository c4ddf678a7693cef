"""Which module may import which. The architecture tells why; this file makes sure."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

# Lower floors first. A package imports itself and the floors below it.
FLOORS = ["site_cms", "showcase", "voting"]

# Inside a package: a subject imports itself and those below it. Equal numbers never meet.
SUBJECTS = {
    "showcase": {
        name: level
        for level, name in enumerate(
            [
                "units",
                "contests",
                "ledger",
                "nominations",
                "reviews",
                "appeals",
                "pages",
            ]
        )
    },
    "voting": {
        "rules": 0,
        "replays": 1,
        "log": 1,
        "rulesheets": 2,
        "polls": 3,
        "judging": 3,
        "integrity": 4,
        "results": 5,
        "editions": 5,
        "stage": 6,
        "office": 7,
        "sample": 7,
    },
}

# Inside a subject, by file name: models never import services, and so on.
STEPS = {
    "rules": 0,
    "errors": 0,
    "models": 1,
    "queries": 2,
    "services": 3,
    "forms": 4,
    "views": 5,
    "pages": 5,
    "admin": 5,
    "urls": 6,
}


def our_modules() -> Iterator[Path]:
    for floor in FLOORS:
        for path in sorted((ROOT / floor).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path.relative_to(ROOT)


def imports_of(path: Path) -> Iterator[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def our_imports() -> Iterator[tuple[Path, str]]:
    for path in our_modules():
        for name in imports_of(path):
            if name.split(".")[0] in FLOORS:
                yield path, name


def place(parts: tuple[str, ...]) -> tuple[tuple[str, ...], int | None]:
    """The folder of a module, and the step of its file in it: models, services, views …

    A large subject has parts in folders of their own; each has its own steps.
    """
    folder, file = parts[:-1], parts[-1]
    return folder, STEPS.get(file.rpartition("_")[2])


def module_of(name: str) -> tuple[str, ...]:
    """The module that an imported name lies in."""
    parts = tuple(name.split("."))
    while len(parts) > 2 and not (ROOT.joinpath(*parts).with_suffix(".py")).exists():
        parts = parts[:-1]
    return parts


def same_subject(path: Path, name: str) -> bool:
    return path.parts[:2] == tuple(name.split(".")[:2]) and len(path.parts) > 2


def test_packages_import_downwards_only():
    assert [
        f"{path} imports {name}"
        for path, name in our_imports()
        if FLOORS.index(name.split(".")[0]) > FLOORS.index(path.parts[0])
    ] == []


def test_subjects_import_downwards_only():
    wrong = []
    for path, name in our_imports():
        package, *rest = name.split(".")
        levels = SUBJECTS.get(package, {})
        if package != path.parts[0] or same_subject(path, name) or not rest:
            continue
        here, there = levels.get(path.parts[1]), levels.get(rest[0])
        if here is not None and there is not None and there >= here:
            wrong.append(f"{path} imports {name}")
    assert wrong == []


def test_modules_of_a_subject_import_downwards_only():
    wrong = []
    for path, name in our_imports():
        if not same_subject(path, name) or "rules" in path.parts[:2]:
            continue
        folder, here = place(path.with_suffix("").parts)
        other, there = place(module_of(name))
        if folder == other and None not in (here, there) and there > here:
            wrong.append(f"{path} imports {name}")
    assert wrong == []


def test_every_subject_has_its_place_in_the_order():
    subjects = {
        (path.parts[0], path.parts[1])
        for path in our_modules()
        if path.parts[0] in SUBJECTS and len(path.parts) > 2
    }
    known = {(package, name) for package in SUBJECTS for name in SUBJECTS[package]}
    django_folders = {"management", "templatetags", "migrations"}
    assert {pair for pair in subjects - known if pair[1] not in django_folders} == set()


def test_rules_need_only_the_standard_library():
    script = """
import importlib, pkgutil, sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"django", "wagtail", "showcase", "site_cms"}:
            raise ImportError(f"{name} is blocked")

sys.meta_path.insert(0, Blocked())
import voting.rules
for module in pkgutil.walk_packages(voting.rules.__path__, "voting.rules."):
    importlib.import_module(module.name)
ours = {"voting"} | sys.stdlib_module_names
print(sorted({name.split(".")[0] for name in sys.modules} - ours - {"__main__"}))
"""
    run = subprocess.run(
        [sys.executable, "-S", "-c", script],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.stdout, run.stderr) == ("[]\n", "")


@pytest.mark.parametrize("name", ["utils.py", "helpers.py", "misc.py"])
def test_no_module_is_named_for_nothing(name):
    assert [str(path) for path in our_modules() if path.name == name] == []
