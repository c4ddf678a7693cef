"""The zip of a contest's public log, from which anybody recomputes what was published.

It is written in one pass, a batch at a time, and goes through the second implementation
before anybody gets it. Where the openings are not public yet, it holds leaf hashes instead.
"""

import logging
import os
import tempfile
from base64 import b64encode, urlsafe_b64decode
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from hashlib import file_digest
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from showcase.contests.models import Contest
from showcase.contests.services import canonical_json
from site_cms.refusals import Refusal
from voting import verify
from voting.integrity.bundle_errors import (
    CountDiffers,
    HeadMissing,
    LogDiffers,
    NotPublicYet,
    VerifierRefuses,
)
from voting.integrity.bundle_queries import (
    KeptBundle,
    Plan,
    bundles_folder,
    kept_bundle,
    kept_bundles,
    leaves_in,
    plan_bundle,
)
from voting.integrity.bundle_zip import BundleZip, lines_in
from voting.integrity.queries import list_text
from voting.log.heads import SIGN_EVERY
from voting.log.models import Log, LogEntry
from voting.log.openings import openings_are_public
from voting.polls.counting import values_of
from voting.polls.models import Ballot
from voting.polls.queries import (
    by_entry,
    counted,
    opened_poll,
    poll_key,
    withdrawn_numbers,
)
from voting.polls.receipts import receipt_secret, secret_text
from voting.polls.standing_models import ActKind
from voting.rules.commitments import Pick, commitment, pick_salt, picks_of
from voting.rules.merkle import HASH_BYTES, leaf_hash

log = logging.getLogger(__name__)

Tell = Callable[[int, int], None]

# Files that lie beside the log: a name, and the parts of what stands in it.
Files = Iterable[tuple[str, Iterable[bytes]]]

README = """\
这是一场活动的公开日志，公布结果以后还有评分、规则和结果。
用它可以把公布的票数和名次从头重新算一遍，不用相信网站。

1. 在一台装了 Python 3.9 或更新版本的电脑上（python.org 可以下载），从压缩包里取出 verify.py。
2. 打开命令行，进到放着 verify.py 和压缩包的文件夹。
3. 运行：python3 verify.py 压缩包的文件名.zip

最后一行是“一致 equal”，就是每一个公布的数都从公开的选择和评分里重新算出来了；
不一致时，第一处不同的文件、行和原因会写出来。
自己拍下或者抄下过日志头的，请另存成文件，加上 --heads 文件名，看它是不是这本日志里的。

Check it: take verify.py out of the zip, then run: python3 verify.py THE.zip
"""

# A log that has grown again is packed again, but not at every statement.
KEEP_EVERY = timedelta(minutes=10)

_ENTRIES_AT_ONCE = 20


# A pick as it is published: its leaf, what was picked, and the salt of its promise.
Opening = tuple[bytes, Pick, bytes]

_failed: dict[int, datetime] = {}


def no_one(done: int, of: int) -> None:
    """Who does not want to know how far it is."""


def write_bundle(
    *, contest: Contest, path: Path, now: datetime, tell: Tell = no_one
) -> Plan:
    """Write the zip. It appears under its name when it is complete and was checked.

    Errors
        A :class:`~site_cms.refusals.Refusal`; then nothing changes at ``path``.
    """
    plan = plan_bundle(contest, now=now)
    with _draft_in(path.parent) as draft:
        _write_checked(plan, draft, now, tell)
        os.replace(draft, path)
    return plan


def keep_bundle(*, contest: Contest, now: datetime, tell: Tell = no_one) -> KeptBundle:
    """Write the zip that everybody may fetch, once its openings are public."""
    plan = plan_bundle(contest, now=now)
    if not plan.is_opened:
        raise NotPublicYet
    folder = bundles_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with _draft_in(folder) as draft:
        _write_checked(plan, draft, now, tell)
        with draft.open("rb") as file:
            digest = file_digest(file, "sha256").hexdigest()
        name = f"{contest.slug}-{plan.head.size}-{digest}.zip"
        os.replace(draft, folder / name)
    for older in kept_bundles(contest):
        if older.path.name != name:
            older.path.unlink(missing_ok=True)
    return KeptBundle(folder / name, plan.head.size, digest)


def keep_due_bundles(*, now: datetime) -> None:
    """Work of the worker: the zip of each contest whose openings are public, as it grows."""
    for each in Log.objects.filter(contest__in=Contest.objects.shown()).select_related(
        "contest"
    ):
        if _is_due(each, now):
            try:
                keep_bundle(contest=each.contest, now=now)
            except HeadMissing:
                # Signed within the minute; a release is to be followed by its zip at once.
                _failed[each.pk] = now - KEEP_EVERY + SIGN_EVERY
            except Refusal as error:
                _failed[each.pk] = now
                log.error(
                    "log bundle is not made",
                    extra={"log": each.origin, "why": error.message},
                )


def _is_due(each: Log, now: datetime) -> bool:
    if not openings_are_public(each.contest, now=now):
        return False
    if now - _failed.get(each.pk, now - KEEP_EVERY) < KEEP_EVERY:
        return False
    head = each.heads.order_by("-size").first()
    kept = kept_bundle(each.contest)
    if head is None or kept is None:
        return head is not None
    return kept.leaves < head.size and now - kept.made_at >= KEEP_EVERY


@contextmanager
def _draft_in(folder: Path) -> Iterator[Path]:
    handle, name = tempfile.mkstemp(dir=folder, prefix=".draft-")
    os.close(handle)
    draft = Path(name)
    try:
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def _write_checked(plan: Plan, draft: Path, now: datetime, tell: Tell) -> None:
    beside = import_string(settings.BUNDLE_FILES)(plan, now=now)
    write_unchecked(plan, draft, beside=beside, now=now, tell=tell)
    draft.chmod(0o644)
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    try:
        verify.check_bundle(verify.source_at(draft))
    except verify.Refused as refused:
        raise VerifierRefuses(refused.sentences()[0]) from refused


def write_unchecked(
    plan: Plan, path: Path, *, beside: Files, now: datetime, tell: Tell = no_one
) -> None:
    """Write the zip without asking the second implementation, as whoever asks it needs."""
    with BundleZip(path) as bundle:
        _write(plan, bundle, beside, now, tell)


def _write(
    plan: Plan, bundle: BundleZip, beside: Files, now: datetime, tell: Tell
) -> None:
    bundle.add("README.txt", [README.encode()])
    bundle.add("entries.jsonl", _entry_lines(plan))
    bundle.add("heads.txt", _notes(plan))
    for each in plan.lists:
        text = list_text(leaves_in(bytes(each.leaves)))
        bundle.add(f"lists/{each.log_entry.number}.txt", [text.encode()])
    bundle.add("log.json", [_line(_about(plan))])
    if plan.poll is None:
        bundle.add("leaves.txt", [])
    elif plan.is_opened:
        count: Counter[Pick] = Counter()
        bundle.add("openings.txt", _opening_lines(plan, count, tell))
        bundle.add("totals.json", [_line(_totals(plan, count, now))])
    else:
        bundle.add("leaves.txt", _leaf_lines(plan, tell))
    for name, parts in beside:
        bundle.add(name, parts)
    bundle.add("verify.py", [Path(verify.__file__).read_bytes()])


def _line(value: Any) -> bytes:
    return canonical_json(value).encode() + b"\n"


def _about(plan: Plan) -> dict[str, Any]:
    return {
        "format": verify.FORMAT,
        "origin": plan.log.origin,
        "public_key": b64encode(bytes(plan.log.public_key)).decode(),
    } | plan.ballot


def _entry_lines(plan: Plan) -> Iterator[bytes]:
    for entry in plan.entries.light().in_order().iterator():
        yield _line(
            {
                "number": entry.number,
                "first": entry.first_leaf,
                "leaves": entry.leaves,
                "text": entry.text,
            }
        )


def _notes(plan: Plan) -> Iterator[bytes]:
    heads = plan.log.heads.filter(size__lte=plan.head.size).order_by("size")
    for place, note in enumerate(heads.values_list("note", flat=True).iterator()):
        yield ("---\n" if place else "").encode() + note.encode()


def _leaf_lines(plan: Plan, tell: Tell) -> Iterator[bytes]:
    done, of = 0, plan.picks
    for entry in plan.sealed.iterator(chunk_size=_ENTRIES_AT_ONCE):
        yield list_text(leaves_in(bytes(entry.hashes)[HASH_BYTES:])).encode()
        done += entry.leaves - 1
        tell(done, of)


def _opening_lines(plan: Plan, count: Counter[Pick], tell: Tell) -> Iterator[bytes]:
    """The openings in the order of the tree; what counts of them is added to ``count``."""
    void = _void_leaves(plan)
    done, of = 0, plan.picks
    batches = _from_kept(plan) if plan.opened_from else _from_key(plan)
    for entry, openings in batches:
        if (
            b"".join(leaf for leaf, _, _ in openings)
            != bytes(entry.hashes)[HASH_BYTES:]
        ):
            raise LogDiffers
        count.update(pick for leaf, pick, _ in openings if leaf not in void)
        for _, pick, salt in openings:
            yield f"{pick.number} {pick.value} {secret_text(salt)}\n".encode()
        done += len(openings)
        tell(done, of)


def _from_key(plan: Plan) -> Iterator[tuple[LogEntry, list[Opening]]]:
    frozen = opened_poll(plan.poll)
    key, numbers = poll_key(frozen), tuple(entry.number for entry in frozen.entries)
    after = 0
    for batch in plan.batches.iterator(chunk_size=_ENTRIES_AT_ONCE):
        ballots = Ballot.objects.of_poll(plan.poll.pk).filter(
            id__gt=after, id__lte=batch.upto_id
        )
        openings = []
        for ballot_id, choices in ballots.values_list("id", "choices"):
            secret = receipt_secret(key, ballot_id)
            for pick in picks_of(bytes(choices), numbers):
                openings.append(_opened(pick, pick_salt(secret, pick.number)))
        yield batch.log_entry, sorted(openings, key=itemgetter(0))
        after = batch.upto_id


def _from_kept(plan: Plan) -> Iterator[tuple[LogEntry, list[Opening]]]:
    """After the archive: what was opened before stands in the zip that was made then."""
    with lines_in(plan.opened_from.path, "openings.txt") as lines:
        for entry in plan.sealed.iterator(chunk_size=_ENTRIES_AT_ONCE):
            openings = []
            for line in islice(lines, entry.leaves - 1):
                number, value, text = line.split()
                pick = Pick(int(number), int(value))
                openings.append(_opened(pick, urlsafe_b64decode(text + b"=")))
            yield entry, openings


def _opened(pick: Pick, salt: bytes) -> Opening:
    return leaf_hash(commitment(salt, pick)), pick, salt


def _void_leaves(plan: Plan) -> set[bytes]:
    void: set[bytes] = set()
    for each in plan.lists:
        leaves = leaves_in(bytes(each.leaves))
        if each.kind == ActKind.VOID:
            void.update(leaves)
        else:
            void.difference_update(leaves)
    return void


def _totals(plan: Plan, count: Counter[Pick], now: datetime) -> dict[str, Any]:
    """The numbers as the openings give them, if they are those of the site as well."""
    frozen = opened_poll(plan.poll)
    withdrawn = withdrawn_numbers(plan.contest.pk, now=now)
    found = {
        entry.id: {
            value: count[Pick(entry.number, value)] for value in values_of(frozen)
        }
        for entry in frozen.entries
        if entry.number not in withdrawn
    }
    given = counted(plan.poll, now=now, for_result=True)
    if found != by_entry(given, plan.poll, now=now):
        raise CountDiffers
    cast = sum(batch.ballots for batch in plan.batches.defer("log_entry__hashes"))
    void = sum(
        each.ballots if each.kind == ActKind.VOID else -each.ballots
        for each in plan.lists
    )
    if given.ballots != cast - void:
        raise CountDiffers
    return {
        "counted": {
            entry.plate: {str(value): each for value, each in found[entry.id].items()}
            for entry in frozen.entries
            if entry.id in found
        },
        "ballots": {"cast": cast, "void": void, "counted": cast - void},
        "withdrawn": sorted(withdrawn),
    }
