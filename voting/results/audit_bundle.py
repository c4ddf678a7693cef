"""The audit bundle: the public log's zip with everything a result was made of beside it.

The public one is made by :mod:`voting.integrity.log_bundle`, which asks here for the files of
the result. A private one, of a result that nobody may see yet, lives for as long as the
second implementation reads it, outside of what the web server serves.
"""

import json
import logging
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from hashlib import file_digest
from pathlib import Path
from typing import Any

from django.db.models import Max

from showcase.contests.models import Contest
from site_cms.refusals import Refusal
from voting import verify
from voting.integrity.bundle_errors import BundleRefusal, CountDiffers, LogDiffers
from voting.integrity.bundle_queries import ABOUT_RESULT, Plan, plan_bundle
from voting.integrity.lists_services import list_closing_group
from voting.integrity.log_bundle import Files, Tell, no_one, write_unchecked
from voting.polls.models import Poll
from voting.results.audit_errors import VerifierBroken
from voting.results.audit_queries import (
    about,
    acts,
    audited,
    draws,
    marked,
    revisions,
    sheets,
)
from voting.results.audit_trail_queries import SeatNames, trail
from voting.results.models import Check, Computation
from voting.results.queries import publication_of
from voting.rules.exact import canonical

log = logging.getLogger(__name__)

EQUAL = "一致 equal"

# What cannot be checked yet is looked at again after this long.
CHECK_EVERY = timedelta(seconds=30)
# More than any county's bundle needs on a slow machine.
_PATIENCE = timedelta(minutes=15)

_asked: dict[int, datetime] = {}


def files_of_public_result(plan: Plan, *, now: datetime) -> Files:
    """Nothing before the release, and then the result that stands."""
    publication = publication_of(plan.contest, now=now) if plan.is_opened else None
    return files_of(plan, publication.computation) if publication else ()


def files_of(plan: Plan, computation: Computation) -> Files:
    """The files of one computation, each made when it is asked for."""
    given, names = audited(plan, computation), SeatNames(plan.contest)
    found = marked(given, names)
    yield ABOUT_RESULT, _one(about(given))
    yield "result/rules.json", _one(computation.rule_sheet.document)
    yield "result/inputs.json", _one(computation.inputs)
    yield "result/outcome.json", _one(computation.outcome)
    yield "result/sheets.jsonl", _lines(sheets(found))
    yield "result/acts.jsonl", _lines(acts(found))
    yield "result/draw.json", _one(draws(given))
    yield "result/trail.jsonl", _lines(trail(plan.contest, names))
    yield "result/revisions.jsonl", _lines(revisions(given))


def _one(value: Any) -> list[bytes]:
    return [f"{canonical(value)}\n".encode()]


def _lines(rows: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    for row in rows:
        yield f"{canonical(row)}\n".encode()


def check_result(
    *, computation: Computation, now: datetime, tell: Tell = no_one
) -> Check:
    """Have the second implementation work out one computation from a bundle of it alone.

    Never inside a transaction: it may take a minute. What it says is kept, whatever it is.

    Errors
        A :class:`~site_cms.refusals.Refusal` while there is no whole bundle yet, because the
        log is not sealed, listed or signed to its end. Then nothing is kept.
    """
    contest = computation.contest
    _list_what_is_void(contest, now)
    plan = plan_bundle(contest, now=now, is_opened=True)
    with tempfile.TemporaryDirectory(prefix="audit-") as folder:
        bundle, verifier = Path(folder) / "bundle.zip", Path(folder) / "verify.py"
        verifier.write_bytes(Path(verify.__file__).read_bytes())
        try:
            write_unchecked(
                plan, bundle, beside=files_of(plan, computation), now=now, tell=tell
            )
        except (LogDiffers, CountDiffers) as error:
            agrees, said = False, error.message
        else:
            agrees, said = _verdict(verifier, bundle)
        return Check.objects.create(
            computation=computation,
            checked_at=now,
            bundle_sha256=_sha256(bundle),
            verifier_sha256=_sha256(verifier),
            agrees=agrees,
            said=said,
        )


def _list_what_is_void(contest: Contest, now: datetime) -> None:
    """Picks are opened here: the log must then name every one that is void."""
    poll = Poll.objects.select_related("contest").filter(contest=contest).first()
    if poll and poll.is_opened:
        list_closing_group(poll=poll, now=now, is_last=True)


def _verdict(verifier: Path, bundle: Path) -> tuple[bool, str]:
    """What a copy of verify.py says that knows nothing of this site."""
    done = subprocess.run(
        [sys.executable, "-I", verifier, bundle, "--json", "--quiet"],
        cwd=bundle.parent,
        env={},
        capture_output=True,
        timeout=_PATIENCE.total_seconds(),
    )
    try:
        said = json.loads(done.stdout)
        verdict = said["verdict"]
    except (ValueError, KeyError, TypeError) as error:
        raise VerifierBroken(done.stderr.decode(errors="replace")) from error
    if verdict == "equal" and done.returncode == 0:
        return True, EQUAL
    if verdict != "refused":
        raise VerifierBroken(f"{verdict}, {done.returncode}")
    return False, _sentence(said)


def _sentence(said: dict[str, Any]) -> str:
    line = f" 第 {said['line']} 行" if said["line"] else ""
    return f"{said['file']}{line}：{said['zh']}"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def check_due_results(*, now: datetime) -> None:
    """Work of the worker: the latest computation of each contest, if nobody checked it."""
    for computation in _unchecked():
        if abs(now - _asked.get(computation.pk, now - CHECK_EVERY)) < CHECK_EVERY:
            continue
        _asked[computation.pk] = now
        try:
            check_result(computation=computation, now=now)
        except BundleRefusal as error:
            log.info("result is not checked yet", extra=_why(computation, error))
        except Refusal as error:
            log.error("result is not checked", extra=_why(computation, error))


def _why(computation: Computation, error: Refusal) -> dict[str, str]:
    return {"contest": computation.contest.slug, "why": error.message}


def _unchecked() -> Iterable[Computation]:
    contests = Contest.objects.not_archived()
    latest = contests.annotate(latest=Max("computations")).values("latest")
    return (
        Computation.objects.filter(pk__in=latest, checks=None)
        .select_related("contest", "rule_sheet")
        .order_by("pk")
    )
