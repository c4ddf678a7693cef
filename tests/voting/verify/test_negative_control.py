"""Every check is needed: without it the lie that it finds would pass."""

import pytest

from tests.voting.verify import test_bundle as lies
from tests.voting.verify.bundles import (
    LogBook,
    honest,
    line,
    some_ballots,
    with_sums,
    write_folder,
    write_zip,
)
from tests.voting.verify.test_result_control import CASES as RESULT_CASES
from voting import verify
from voting.verify import Refused, check_bundle, source_at


def one_batch(**said) -> LogBook:
    log = LogBook()
    log.open()
    log.seal(some_ballots(40), **said)
    return log


def closed(*lie_with) -> dict[str, bytes]:
    log = one_batch()
    log.close()
    for each in lie_with:
        each(log)
    log.sign()
    return log.files()


def unsorted_batch():
    log = one_batch()
    log.behind[-1].reverse()
    log.close()
    log.sign()
    return log.files()


def pick_twice():
    log = one_batch()
    log.seal(some_ballots(20))
    log.behind[2][0] = log.behind[1][0]
    log.behind[2].sort()
    log.close()
    log.sign()
    files = log.files()
    counted = {}
    for each in files["openings.txt"].decode().splitlines():
        number, value, _ = each.split()
        counted.setdefault(f"{int(number):02d}", {"1": 0})[value] += 1
    totals = log.totals() | {"counted": counted}
    return files | {"totals.json": line(totals)}


def early_list():
    log = LogBook()
    log.open()
    log.seal(some_ballots(20))
    act = log.say("void", ballots=20)
    log.ballots += some_ballots(20)
    log.list_leaves("void", [act], list(range(20, 40)))
    del log.ballots[20:]
    log.seal(some_ballots(20))
    log.voided += list(range(20, 40))
    log.close()
    log.sign()
    return log.files()


def small_batch():
    log = LogBook()
    log.open()
    log.seal(some_ballots(19), small=False)
    log.close()
    log.sign()
    return log.files()


def own_opening():
    log = LogBook()
    log.open(log_key="x")
    log.seal(some_ballots(20))
    log.close()
    log.sign()
    return log.files()


def unknown_kind():
    return closed(lambda log: log.say("surprise"))


def other_list_hash(log):
    log.act("void", list(range(20)))
    number = max(log.lists)
    log.texts[number - 1] = log.texts[number - 1].replace('"sha256":"', '"sha256":"x')


def other_number_of_leaves(log):
    log.act("void", list(range(20)))
    number = max(log.lists)
    leaves = len(log.lists[number])
    log.texts[number - 1] = log.texts[number - 1].replace(
        f'"leaves":{leaves},', f'"leaves":{leaves + 1},'
    )


def unsound_place():
    files = closed()
    lines = files["entries.jsonl"].splitlines(keepends=True)
    lines[-1] = lines[-1].replace(b'"number":3', b'"number":4')
    return files | {"entries.jsonl": b"".join(lines)}


def same_file_with_other_crc(path):
    """The container of a zip in which a check sum of its own is wrong in both places."""
    files = with_sums(closed())
    data = bytearray(write_zip(files, path).read_bytes())
    name = b"README.txt"
    first = data.index(name) - 30 + 14
    last = data.rindex(name) - 46 + 16
    for place in (first, last):
        data[place] ^= 1
    path.write_bytes(bytes(data))
    return path


# The check, and the files that it alone stands against.
CASES = {
    "check_opened": own_opening,
    "check_size_of_group": small_batch,
    "check_closed": lambda: closed(lambda log: log.close()),
    "check_statement": unknown_kind,
    "check_place": unsound_place,
    "check_growing": lambda: closed(
        lambda log: log.sign(), lambda log: log.notes.append(log.notes[-1])
    ),
    "check_last_head": lambda: closed_and_more(),
    "check_heads_fit": lambda: closed(lambda log: log.sign(ballots=41), pop_note),
    "check_root": lambda: closed(lambda log: log.sign(root=bytes(32)), pop_note),
    "check_signature": lambda: badly_signed(),
    "check_acts": lambda: closed(
        lambda log: (
            log.list_leaves("void", [99], list(range(20))),
            log.voided.extend(range(20)),
        )
    ),
    "check_acts_are_listed": lambda: closed(lambda log: log.say("void", ballots=20)),
    "check_list_hash": lambda: closed(other_list_hash),
    "check_list_size": lambda: closed(other_number_of_leaves),
    "check_list_is_later": early_list,
    "check_all_found": lambda: unknown_leaf(),
    "check_leaf_order": unsorted_batch,
    "check_picks_differ": pick_twice,
    "check_no_pick_left": lambda: with_line_more(closed(), "openings.txt"),
    "check_numbers_of_ballots": lambda: with_totals(ballots={}),
    "check_names": lambda: closed() | {"notes.txt": b"x\n"},
    "check_batches": lambda: wrong_batch_number(),
}


def pop_note(log):
    """Leave out the head that ``closed`` would sign behind the lie."""
    log.sign = lambda: None


def closed_and_more():
    log = one_batch()
    log.close()
    log.sign()
    log.say("notice")
    return log.files()


def badly_signed():
    files = closed()
    note = files["heads.txt"]
    return files | {"heads.txt": note.replace(note[-12:-8], b"AAAA")}


def unknown_leaf():
    def lie(log):
        act = log.say("void", ballots=20)
        log.ballots.append({7: 1})
        log.list_leaves("void", [act], [*range(19), 40])
        log.ballots.pop()
        log.voided += range(19)

    files = closed(lie)
    totals = files["totals.json"].replace(b'"counted":21,', b'"counted":20,')
    return files | {"totals.json": totals.replace(b'"void":19', b'"void":20')}


def with_line_more(files, name):
    return files | {name: files[name] + files[name].splitlines(keepends=True)[-1]}


def with_totals(**changes):
    log = one_batch()
    log.close()
    log.sign()
    return log.files() | {"totals.json": line(log.totals() | changes)}


def wrong_batch_number():
    log = one_batch(batch=2)
    log.close()
    log.sign()
    return log.files()


@pytest.mark.parametrize("name", CASES)
def test_without_its_check_the_lie_is_called_equal(name, tmp_path, monkeypatch):
    folder = write_folder(with_sums(CASES[name]()), tmp_path / "bundle")
    with pytest.raises(Refused):
        check_bundle(source_at(folder))

    monkeypatch.setattr(verify, name, lambda *_, **__: None)

    assert check_bundle(source_at(folder))["verdict"] == "equal"


def test_without_the_hashes_a_changed_explanation_would_pass(tmp_path, monkeypatch):
    files = with_sums(honest().files()) | {"README.txt": b"x\n"}
    folder = write_folder(files, tmp_path / "bundle")
    with pytest.raises(Refused):
        check_bundle(source_at(folder))

    monkeypatch.setattr(verify, "check_sums", lambda *_: None)

    assert check_bundle(source_at(folder))["verdict"] == "equal"


def test_without_its_check_sums_a_zip_could_hold_others(tmp_path, monkeypatch):
    path = same_file_with_other_crc(tmp_path / "bundle.zip")
    with pytest.raises(Refused):
        check_bundle(source_at(path))

    monkeypatch.setattr(verify.Archive, "check_container", lambda _: None)

    assert check_bundle(source_at(path))["verdict"] == "equal"


def test_without_the_count_any_total_would_pass(tmp_path, monkeypatch):
    files = lies.totals_with("counted", "07", "1", value=61)
    folder = write_folder(with_sums(files), tmp_path / "bundle")
    monkeypatch.setattr(verify, "check_totals", lambda *_: {})

    assert check_bundle(source_at(folder))["verdict"] == "equal"


@pytest.mark.parametrize("lie", [lies.voided_twice, lies.restored_unvoided])
def test_without_the_net_of_lists_a_leaf_could_be_voided_twice(
    lie, tmp_path, monkeypatch
):
    folder = write_folder(with_sums(closed(lie)), tmp_path / "bundle")
    why = []
    for patched in (False, True):
        if patched:
            monkeypatch.setattr(verify, "net_void", lambda _: set())
        try:
            check_bundle(source_at(folder))
        except Refused as refused:
            why.append(refused.check)
    assert why[0] in {"voided-twice", "restored-unvoided"}
    assert why[1:] != why[:1]


def test_every_check_of_a_bundle_has_its_control():
    elsewhere = {
        "check_bundle",
        "check_sums",
        "check_totals",
        "check_own_key",
        "check_withdrawn",
        # Of receipts, which have tests of their own.
        "check_receipt",
        "check_pick",
        "check_one_pick_an_entry",
        "check_head_is_remembered",
        # Of results, in test_result_control.py.
        "check_result",
        *RESULT_CASES,
    }
    checks = {name for name in vars(verify) if name.startswith("check_")}
    assert checks - elsewhere == set(CASES)
