"""``python -m tests.summary FOLDER``: what failed, on either database, in the last lines.

Reads the JUnit files that the halves of `make test` have written.
"""

import sys
from pathlib import Path
from xml.etree import ElementTree

HALVES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def told(half: str, path: Path) -> list[str]:
    """One line for the half, one more for each test that failed."""
    if not path.exists():
        return [f"{half}: did not run to its end; what it wrote above says why"]
    suite = ElementTree.parse(path).getroot().find("testsuite")
    count = {
        name: int(suite.get(name))
        for name in ("tests", "failures", "errors", "skipped")
    }
    bad = count["failures"] + count["errors"]
    passed = count["tests"] - bad - count["skipped"]
    lines = [
        f"{half}: {passed} passed, {bad} failed, {count['skipped']} skipped"
        f" in {float(suite.get('time')):.0f} s"
    ]
    for case in suite.iter("testcase"):
        for outcome in [*case.findall("failure"), *case.findall("error")]:
            reason = (outcome.get("message") or "").strip().partition("\n")[0]
            name = f"{case.get('classname')}::{case.get('name')}"
            lines.append(f"FAILED on {half}: {name} - {reason[:160]}")
    return lines


def main(folder: Path) -> None:
    lines = [
        line
        for name, half in HALVES.items()
        for line in told(half, folder / f"{name}.xml")
    ]
    sys.stdout.write("\n" + "\n".join(lines) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
