"""Write the files of this folder as one machine needs them.

    python3 deploy/render.py VALUES OUT

VALUES has lines NAME=value (see site.values). Every ``@NAME@`` of every file is replaced,
and OUT gets the same tree. A name without a value, or a value that no file asks for, is an
error: a slip in VALUES must not make a server that half works.
"""

import re
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
_RENDERED = ("nginx", "systemd", "redis", "scripts", "logrotate", "environment")
_NAME = re.compile(r"@([A-Z][A-Z0-9_]*)@")


class BadValues(Exception):
    """Values and files do not fit together."""


def read_values(text: str) -> dict[str, str]:
    lines = (line.strip() for line in text.splitlines())
    pairs = (line.partition("=") for line in lines if line and line[0] != "#")
    return {name.strip(): value.strip() for name, _, value in pairs}


def render(values: dict[str, str], out: Path) -> None:
    used: set[str] = set()
    for folder in _RENDERED:
        for source in sorted((HERE / folder).rglob("*")):
            if source.is_file():
                target = out / source.relative_to(HERE)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(_filled(source, values, used), encoding="utf-8")
                shutil.copymode(source, target)
    if unused := sorted(set(values) - used):
        raise BadValues(f"no file asks for {', '.join(unused)}")


def _filled(source: Path, values: dict[str, str], used: set[str]) -> str:
    def value(match: re.Match[str]) -> str:
        name = match[1]
        if not values.get(name):
            raise BadValues(f"{source.name} needs a value for {name}")
        used.add(name)
        return values[name]

    return _NAME.sub(value, source.read_text(encoding="utf-8"))


def main(arguments: list[str]) -> int:
    if len(arguments) != 2:
        sys.stderr.write("usage: python3 deploy/render.py VALUES OUT\n")
        return 2
    try:
        values = read_values(Path(arguments[0]).read_text(encoding="utf-8"))
        render(values, Path(arguments[1]))
    except (BadValues, OSError) as error:
        sys.stderr.write(f"nothing is ready to install: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
