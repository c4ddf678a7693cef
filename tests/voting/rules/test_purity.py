"""The rules can be taken out and used without the rest of the project."""

import ast
import subprocess
import sys
from pathlib import Path

import voting.rules

FOLDER = Path(voting.rules.__path__[0])
ROOT = FOLDER.parents[1]

BLOCKED = """
import sys

class Block:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("django", "wagtail", "showcase", "site_cms"):
            raise ImportError("blocked: " + name)

sys.meta_path.insert(0, Block())
import importlib, pkgutil
import voting.rules
for module in pkgutil.walk_packages(voting.rules.__path__, "voting.rules."):
    importlib.import_module(module.name)
print("imported")
"""


def test_the_rules_import_where_django_is_blocked():
    run = subprocess.run(
        [sys.executable, "-c", BLOCKED],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert run.stdout == "imported\n"


def test_the_rules_use_no_float_and_only_the_standard_library():
    found = []
    for path in sorted(FOLDER.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(
                node.value, float | complex
            ):
                found.append(f"{path.name} has {node.value}")
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "float":
                found.append(f"{path.name} calls float")
            modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            found += [
                f"{path.name} imports {module}"
                for module in modules
                if module.split(".")[0] not in {*sys.stdlib_module_names}
                and not module.startswith("voting.rules")
            ]

    assert found == []
