"""``python -m tests.load.lighthouse BASE PATH … [--runs 3]``: Lighthouse over some pages.

BASE is a site that is already served, such as ``make demo``. Needs Node and Lighthouse
(``npm install lighthouse@12`` anywhere; LIGHTHOUSE names the program) and Chromium. Two
profiles: Lighthouse's own telephone, and 慢安卓 (processor six times slower, 1.6 Mbit/s,
300 ms). Prints the middle of the runs; a target that is missed is marked.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

CHROME_FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
)
CATEGORIES = ("performance", "accessibility", "best-practices")
METRICS = {
    "LCP": "largest-contentful-paint",
    "TBT": "total-blocking-time",
    "CLS": "cumulative-layout-shift",
    "bytes": "total-byte-weight",
}
SLOW = [
    "--throttling.cpuSlowdownMultiplier=6",
    "--throttling.throughputKbps=1600",
    "--throttling.rttMs=300",
]
PROFILES: dict[str, list[str]] = {"mobile": [], "慢安卓": SLOW}
LEAST = {
    "mobile": {"performance": 90, "accessibility": 100, "best-practices": 95},
    "慢安卓": {},
}
MOST = {
    "mobile": {"LCP": 2500, "TBT": 150, "CLS": 0.05},
    "慢安卓": {"LCP": 4000, "CLS": 0.05},
}


@dataclass(frozen=True, slots=True)
class Measured:
    scores: dict[str, float]
    metrics: dict[str, float]
    failed: list[str]


def run(address: str, options: list[str]) -> Measured:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        subprocess.run(
            [
                *os.environ.get("LIGHTHOUSE", "npx lighthouse").split(),
                address,
                "--quiet",
                "--output=json",
                f"--output-path={report}",
                f"--only-categories={','.join(CATEGORIES)}",
                f"--chrome-flags={CHROME_FLAGS} --user-data-dir={folder}/chromium",
                *options,
            ],
            check=True,
            env=os.environ
            | {"CHROME_PATH": os.environ.get("CHROMIUM", shutil.which("chromium"))},
        )
        found = json.loads(report.read_text(encoding="utf-8"))
    refs = {
        ref["id"]
        for name in CATEGORIES[1:]
        for ref in found["categories"][name]["auditRefs"]
        if ref["weight"]
    }
    return Measured(
        scores={name: 100 * found["categories"][name]["score"] for name in CATEGORIES},
        metrics={
            name: found["audits"][audit]["numericValue"]
            for name, audit in METRICS.items()
        },
        failed=[
            audit
            for audit, result in found["audits"].items()
            if audit in refs and result["score"] not in (None, 1)
        ],
    )


def middle(runs: list[Measured]) -> Measured:
    return Measured(
        scores={
            name: median(each.scores[name] for each in runs) for name in CATEGORIES
        },
        metrics={name: median(each.metrics[name] for each in runs) for name in METRICS},
        failed=sorted({audit for each in runs for audit in each.failed}),
    )


def line(profile: str, path: str, measured: Measured) -> tuple[str, bool]:
    missed = [
        name
        for name, least in LEAST[profile].items()
        if round(measured.scores[name]) < least
    ] + [name for name, most in MOST[profile].items() if measured.metrics[name] > most]
    scores = "".join(f"{measured.scores[name]:6.0f}" for name in CATEGORIES)
    metrics = (
        f"{measured.metrics['LCP'] / 1000:7.2f} s{measured.metrics['TBT']:7.0f} ms"
        f"{measured.metrics['CLS']:8.3f}{measured.metrics['bytes'] / 1024:8.0f} KB"
    )
    verdict = f"  MISSED: {', '.join(missed + measured.failed)}" if missed else ""
    return f"{profile:<8}{path:<34}{scores}{metrics}{verdict}", bool(missed)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("base")
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    sys.stdout.write(
        f"{'':<42}  perf  a11y  best{'LCP':>9}{'TBT':>10}{'CLS':>8}{'sent':>11}\n"
    )
    any_missed = False
    for profile, options in PROFILES.items():
        for path in asked.paths:
            runs = [run(asked.base + path, options) for _ in range(asked.runs)]
            text, missed = line(profile, path, middle(runs))
            sys.stdout.write(text + "\n")
            sys.stdout.flush()
            any_missed = any_missed or missed
    return int(any_missed)


if __name__ == "__main__":
    sys.exit(main())
