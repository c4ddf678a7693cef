"""A bundle that is honest is equal; one that lies is refused, and the reason is the lie.

Two kinds of liars: who changes files and makes their hashes anew, and the site itself,
which has the key and signs what is not so.
"""

import json
from base64 import b64encode
from hashlib import sha256

import pytest

from tests.voting.verify.bundles import (
    ORIGIN,
    LogBook,
    canonical,
    honest,
    key_of,
    line,
    list_file,
    some_ballots,
    with_sums,
    write_folder,
    write_zip,
)
from voting.verify import Refused, check_bundle, source_at

HONEST = honest().files()
SEALED = honest(opened=False).files(opened=False)


def check(files, tmp_path, **options):
    return check_bundle(
        source_at(write_zip(with_sums(files), tmp_path / "bundle.zip")), **options
    )


def refusal(files, tmp_path, **options) -> tuple[str, str, int]:
    with pytest.raises(Refused) as refused:
        check(files, tmp_path, **options)
    return refused.value.check, refused.value.file, refused.value.line


def test_an_honest_bundle_is_equal_and_every_number_is_there(tmp_path):
    found = check(HONEST, tmp_path)

    assert found["verdict"] == "equal"
    assert found["ballots"] == {"cast": 105, "void": 4, "counted": 101}
    assert found["totals"] == [
        {"number": "07", "unit": "县教育局", "given": {"1": 60}},
        {"number": "09", "unit": "新集镇", "given": None},
        {"number": "12", "unit": "县医院", "given": {"1": 62}},
    ]
    assert (found["entries"], found["heads"], found["batches"]) == (14, 6, 4)


def test_a_folder_is_checked_like_a_zip_and_what_systems_leave_in_it_is_passed_over(
    tmp_path,
):
    folder = write_folder(with_sums(HONEST), tmp_path / "bundle")
    (folder / ".DS_Store").write_bytes(b"\x00")

    assert check_bundle(source_at(folder)) == check(HONEST, tmp_path)


def test_before_the_picks_are_opened_the_log_is_checked_and_nothing_is_counted(
    tmp_path,
):
    found = check(SEALED, tmp_path)

    assert (found["verdict"], found["opened"]) == ("equal", False)
    assert "totals" not in found


def test_grades_are_counted_each_by_itself(tmp_path):
    log = LogBook(form="grading")
    log.open()
    log.seal([{7: 1 + place % 4, 9: 4} for place in range(22)])
    log.close()
    log.sign()

    rows = check(log.files(), tmp_path)["totals"]

    assert [row["given"] for row in rows] == [
        {"1": 6, "2": 6, "3": 5, "4": 5},
        {"1": 0, "2": 0, "3": 0, "4": 22},
        {"1": 0, "2": 0, "3": 0, "4": 0},
    ]


def test_who_was_taken_back_in_counts_again(tmp_path):
    log = honest()
    log.say("withdrawn", act="reinstated", number=9)
    log.withdrawn.remove(9)
    log.sign()

    assert check(log.files(), tmp_path)["totals"][1]["given"] == {"1": 62}


def test_fewer_than_twenty_ballots_in_all_are_one_group_that_says_so(tmp_path):
    log = LogBook()
    log.open()
    log.seal(some_ballots(7))
    log.close()
    log.sign()

    assert check(log.files(), tmp_path)["ballots"]["counted"] == 7


def test_a_practice_poll_may_go_on_after_its_close(tmp_path):
    log = LogBook(practice=True)
    log.open()
    log.seal(some_ballots(30))
    log.close()
    log.seal(some_ballots(3))
    log.close()
    log.sign()

    assert check(log.files(), tmp_path)["ballots"]["counted"] == 33


# ---------------------------------------------------------------- changed files


def changed_byte(data: bytes) -> bytes:
    place = len(data) // 2
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def missing_line(data: bytes) -> bytes:
    return b"".join(data.splitlines(keepends=True)[:-1])


def extra_line(data: bytes) -> bytes:
    return data + data.splitlines(keepends=True)[-1]


def swapped_lines(data: bytes) -> bytes:
    first, second, *rest = data.splitlines(keepends=True)
    return b"".join([second, first, *rest])


def cut_off(data: bytes) -> bytes:
    return data[:-1]


CHANGES = [changed_byte, missing_line, extra_line, swapped_lines, cut_off]
LISTS = [name for name in HONEST if name.startswith("lists/")]


@pytest.mark.parametrize("name", sorted(HONEST))
@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_any_file_shows_in_the_hashes(name, change, tmp_path):
    if change is swapped_lines and HONEST[name].count(b"\n") < 2:
        return
    files = with_sums(HONEST) | {name: change(HONEST[name])}
    path = write_zip(files, tmp_path / "bundle.zip")

    with pytest.raises(Refused) as refused:
        check_bundle(source_at(path))
    assert (refused.value.check, refused.value.file) == ("sums", name)


@pytest.mark.parametrize("change", CHANGES)
def test_the_hashes_cannot_be_changed_either(change, tmp_path):
    files = with_sums(HONEST)
    files["SHA256SUMS"] = change(files["SHA256SUMS"])

    with pytest.raises(Refused) as refused:
        check_bundle(source_at(write_folder(files, tmp_path / "bundle")))
    assert refused.value.check in {"sums", "sums-form", "unlisted", "line-end"}


@pytest.mark.parametrize("name", [*sorted(HONEST), "SHA256SUMS"])
def test_no_file_may_be_missing(name, tmp_path):
    files = with_sums(HONEST)
    del files[name]
    path = write_zip(files, tmp_path / "bundle.zip")

    with pytest.raises(Refused) as refused:
        check_bundle(source_at(path))
    assert (refused.value.check, refused.value.file) == (
        "missing" if name == "SHA256SUMS" else "listed-missing",
        name,
    )


def test_no_file_may_be_added(tmp_path):
    files = with_sums(HONEST) | {"notes.txt": b"\n"}

    with pytest.raises(Refused) as refused:
        check_bundle(source_at(write_zip(files, tmp_path / "bundle.zip")))
    assert (refused.value.check, refused.value.file) == ("unlisted", "notes.txt")


@pytest.mark.parametrize(
    ("name", "change", "why"),
    [
        ("log.json", changed_byte, "names"),
        ("log.json", missing_line, "lines"),
        ("log.json", extra_line, "lines"),
        ("log.json", cut_off, "line-end"),
        ("entries.jsonl", changed_byte, "statement-number"),
        ("entries.jsonl", missing_line, "truncated"),
        ("entries.jsonl", extra_line, "place"),
        ("entries.jsonl", swapped_lines, "place"),
        ("entries.jsonl", cut_off, "line-end"),
        ("heads.txt", changed_byte, "origin"),
        ("heads.txt", missing_line, "note"),
        ("heads.txt", extra_line, "note"),
        ("heads.txt", swapped_lines, "note"),
        ("heads.txt", cut_off, "line-end"),
        ("openings.txt", changed_byte, "leaf-order"),
        ("openings.txt", missing_line, "picks-missing"),
        ("openings.txt", extra_line, "picks-extra"),
        ("openings.txt", swapped_lines, "leaf-order"),
        ("openings.txt", cut_off, "line-end"),
        ("totals.json", changed_byte, "names"),
        ("totals.json", missing_line, "lines"),
        ("totals.json", extra_line, "lines"),
        ("totals.json", cut_off, "line-end"),
        *((LISTS[0], change, "list-hash") for change in CHANGES),
    ],
)
def test_with_the_hashes_made_anew_the_content_itself_is_refused(
    name, change, why, tmp_path
):
    files = HONEST | {name: change(HONEST[name])}

    check_name, file, _ = refusal(files, tmp_path)

    assert (check_name, file) == (
        why,
        "heads.txt" if why == "truncated" else name,
    )


@pytest.mark.parametrize(
    ("name", "change", "why"),
    [
        ("leaves.txt", changed_byte, "leaf-order"),
        ("leaves.txt", missing_line, "picks-missing"),
        ("leaves.txt", extra_line, "picks-extra"),
        ("leaves.txt", swapped_lines, "leaf-order"),
        ("leaves.txt", cut_off, "line-end"),
    ],
)
def test_leaves_that_are_not_opened_cannot_be_changed_either(
    name, change, why, tmp_path
):
    found = refusal(SEALED | {name: change(SEALED[name])}, tmp_path)
    assert found[:2] in {(why, name), ("leaf", name), ("root", "heads.txt")}


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("log.json", "missing"),
        ("entries.jsonl", "missing"),
        ("heads.txt", "missing"),
        ("openings.txt", "missing"),
        ("totals.json", "missing"),
        (LISTS[0], "list-missing"),
    ],
)
def test_a_file_that_is_left_out_with_its_hash_is_missed(name, why, tmp_path):
    files = {other: data for other, data in HONEST.items() if other != name}

    assert refusal(files, tmp_path)[0] == why


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("notes.txt", "extra"),
        ("leaves.txt", "extra"),
        ("lists/3.txt", "list-extra"),
        ("lists/03.txt", "extra"),
    ],
)
def test_a_file_that_is_added_with_its_hash_is_seen(name, why, tmp_path):
    files = HONEST | {name: b"x\n"}

    assert refusal(files, tmp_path)[:2] == (why, name)


def lines_of(name: str) -> list[bytes]:
    return HONEST[name].splitlines(keepends=True)


def with_line(name: str, number: int, change) -> dict[str, bytes]:
    lines = lines_of(name)
    lines[number - 1] = change(lines[number - 1])
    return HONEST | {name: b"".join(lines)}


def test_a_changed_salt_shows_as_another_root(tmp_path):
    """Leaves are random: one that was changed may by chance still stand in order."""
    last = lines_of("openings.txt")[-1]
    for sign in b"AEIMQUYcgkosw048":
        changed = last[:-2] + bytes([sign]) + b"\n"
        if changed != last:
            files = HONEST | {
                "openings.txt": HONEST["openings.txt"][: -len(last)] + changed
            }
            assert refusal(files, tmp_path)[:2] in {
                ("leaf-order", "openings.txt"),
                ("root", "heads.txt"),
            }


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(b"7 1 ", b"07 1 ", id="number with a nought"),
        pytest.param(b"7 1 ", b"8 1 ", id="number that is on no ballot"),
        pytest.param(b"7 1 ", b"7 2 ", id="value of another form"),
        pytest.param(b"7 1 ", b"7 0 ", id="not chosen"),
        pytest.param(b"7 1 ", b"7  1 ", id="two spaces"),
        pytest.param(b"7 1 ", b" 7 1 ", id="space before"),
        pytest.param(b"\n", b"=\n", id="padding"),
        pytest.param(b"\n", b" \n", id="space behind"),
        pytest.param(b"\n", b"\r\n", id="carriage return"),
    ],
)
def test_an_opening_has_one_spelling(old, new, tmp_path):
    data = HONEST["openings.txt"]
    number = data[: data.index(b"7 1 ")].count(b"\n") + 1
    files = with_line("openings.txt", number, lambda each: each.replace(old, new))

    assert refusal(files, tmp_path) == ("opening", "openings.txt", number)


def test_a_changed_statement_shows_as_another_root_and_names_the_entry(tmp_path):
    files = with_line(
        "entries.jsonl", 1, lambda each: each.replace(b"0000", b"0001", 1)
    )

    with pytest.raises(Refused) as refused:
        check(files, tmp_path)
    assert (refused.value.check, refused.value.line) == ("root", 1)
    assert "第 1–2 条" in refused.value.zh


def test_a_changed_name_of_a_unit_is_not_what_was_opened(tmp_path):
    files = HONEST | {
        "log.json": HONEST["log.json"].replace("县医院".encode(), "县中医院".encode())
    }

    assert refusal(files, tmp_path)[:2] == ("opened-differs", "entries.jsonl")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        pytest.param({"format": "hongqi-log-2"}, "log", id="another format"),
        pytest.param({"practice": "no"}, "log", id="practice is no word"),
        pytest.param({"practice": True}, "opened-differs", id="practice"),
        pytest.param({"contest": "别的活动"}, "opened-differs", id="contest"),
        pytest.param({"form": "ranking"}, "log", id="unknown form"),
        pytest.param({"form": "grading"}, "opened-differs", id="form"),
        pytest.param({"entries": []}, "opened-differs", id="no entries"),
        pytest.param({"entries": [{"number": 7}]}, "log", id="no unit"),
        pytest.param({"public_key": ""}, "key", id="no key"),
        pytest.param(
            {"origin": "other.example/log/linxi"}, "opened-differs", id="origin"
        ),
        pytest.param({"more": 1}, "names", id="a name too many"),
    ],
)
def test_what_the_log_says_of_itself_is_bound_to_its_opening(change, why, tmp_path):
    said = json.loads(HONEST["log.json"]) | change

    assert refusal(HONEST | {"log.json": line(said)}, tmp_path)[0] == why


def test_the_key_of_another_is_not_accepted_for_the_logs_own(tmp_path):
    said = json.loads(HONEST["log.json"])
    said["public_key"] = b64encode(
        key_of("other").public_key().public_bytes_raw()
    ).decode()

    assert refusal(HONEST | {"log.json": line(said)}, tmp_path)[0] == "opened-differs"


# ---------------------------------------------------------------- totals


def totals_with(*path, value) -> dict[str, bytes]:
    said = json.loads(HONEST["totals.json"])
    place = said
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    return HONEST | {"totals.json": line(said)}


@pytest.mark.parametrize(
    ("path", "value", "why"),
    [
        (("counted", "07", "1"), 61, "totals"),
        (("counted", "07", "2"), 0, "totals"),
        (("counted", "07"), 60, "totals"),
        (("counted", "09"), {"1": 0}, "totals-numbers"),
        (("counted", "7"), {"1": 60}, "totals-numbers"),
        (("counted",), {}, "totals-numbers"),
        (("ballots", "cast"), 106, "ballots"),
        (("ballots", "void"), 3, "ballots"),
        (("ballots", "counted"), 102, "ballots"),
        (("withdrawn",), [], "withdrawn"),
        (("withdrawn",), [9, 12], "withdrawn"),
        (("more",), 1, "names"),
    ],
)
def test_every_published_number_is_counted_again(path, value, why, tmp_path):
    assert refusal(totals_with(*path, value=value), tmp_path) == (why, "totals.json", 1)


def test_the_first_difference_is_shown(tmp_path):
    files = totals_with("counted", "12", "1", value=63)

    with pytest.raises(Refused) as refused:
        check(files, tmp_path)
    assert refused.value.sentences() == (
        'totals.json 第 1 行：12 号公布的是 {"1":63}，从公开的选票算出的是 {"1":62}。',
        'totals.json line 1: number 12 was published as {"1":63}; '
        'the openings give {"1":62}.',
    )


# ---------------------------------------------------------------- the site itself lies


def lied(change) -> dict[str, bytes]:
    log = honest()
    change(log)
    return log.files()


def two_heads_of_one_size(log):
    log.sign(root=bytes(32))


def same_head_twice(log):
    log.notes.append(log.notes[-1])


def head_of_another_key(log):
    log.notes[2] = log.notes[2].replace(
        log.notes[2].splitlines()[-1], honest_with("other").notes[2].splitlines()[-1]
    )


def honest_with(key: str) -> LogBook:
    log = LogBook(key=key_of(key))
    for _ in range(3):
        log.say("notice")
        log.sign()
    return log


def heads_in_another_order(log):
    log.notes[1], log.notes[2] = log.notes[2], log.notes[1]


def head_with_another_root(log):
    log.notes.pop()
    log.sign(root=bytes(32))


def head_that_ends_inside_a_batch(log):
    log.notes.pop()
    log.sign(size=100)


def head_with_more_ballots(log):
    log.notes.pop()
    log.sign(ballots=106)


def head_of_a_larger_log(log):
    log.notes.pop()
    log.sign(size=len(log.leaves) + 1)


def head_of_another_log(log):
    log.notes.pop()
    log.sign(origin="elsewhere.example/log/linxi")


def last_entry_unsigned(log):
    log.say("result")


def no_head(log):
    log.notes.clear()


@pytest.mark.parametrize(
    ("lie", "why", "file", "line"),
    [
        (two_heads_of_one_size, "two-heads", "heads.txt", 49),
        (same_head_twice, "two-heads", "heads.txt", 49),
        (head_of_another_key, "key-id", "heads.txt", 17),
        (heads_in_another_order, "head-order", "heads.txt", 17),
        (head_with_another_root, "root", "heads.txt", 41),
        (head_that_ends_inside_a_batch, "head-order", "heads.txt", 41),
        (head_with_more_ballots, "head-ballots", "heads.txt", 41),
        (head_of_a_larger_log, "truncated", "heads.txt", 41),
        (head_of_another_log, "origin", "heads.txt", 41),
        (last_entry_unsigned, "unsigned", "entries.jsonl", 15),
        (no_head, "no-head", "heads.txt", 0),
    ],
)
def test_heads_that_lie_are_refused(lie, why, file, line, tmp_path):
    assert refusal(lied(lie), tmp_path) == (why, file, line)


BATCH = [lambda log: log.seal(some_ballots(20)), lambda log: log.close()]


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        pytest.param(
            [lambda log: log.seal(some_ballots(20), ballots=21), BATCH[1]],
            "close-differs",
            id="a batch claims another number of ballots",
        ),
        pytest.param(
            [
                lambda log: log.seal(some_ballots(20), ballots=21),
                lambda log: log.close(ballots=21),
            ],
            "head-ballots",
            id="and the close claims it too",
        ),
        pytest.param(
            [lambda log: log.seal(some_ballots(20), picks=20), BATCH[1]],
            "batch-picks",
            id="another number of picks",
        ),
        pytest.param(
            [lambda log: log.seal(some_ballots(20), ballots=37), BATCH[1]],
            "batch-ballots",
            id="more ballots than picks",
        ),
        pytest.param(
            [lambda log: log.seal([{7: 1, 9: 1, 12: 1}] * 20, ballots=19), BATCH[1]],
            "batch-ballots",
            id="more picks than ballots can hold",
        ),
        pytest.param(
            [lambda log: log.seal(some_ballots(20), batch=2), BATCH[1]],
            "batch-number",
            id="batches are numbered from one",
        ),
        pytest.param(
            [lambda log: log.seal(some_ballots(19), small=False), BATCH[1]],
            "small-group",
            id="a small batch that does not say so",
        ),
        pytest.param(
            [
                lambda log: log.seal(some_ballots(20)),
                lambda log: log.seal(some_ballots(19)),
                BATCH[1],
            ],
            "small-group",
            id="a small batch beside others",
        ),
        pytest.param(
            [lambda log: log.seal(some_ballots(1001)), BATCH[1]],
            "batch-too-large",
            id="a batch that is too large",
        ),
        pytest.param(BATCH[:1], "not-closed", id="opened before the close"),
        pytest.param([*BATCH, BATCH[1]], "closed-twice", id="closed twice"),
        pytest.param(
            [*BATCH, BATCH[0]], "sealed-after-close", id="ballots after the close"
        ),
        pytest.param(
            [BATCH[0], lambda log: log.close(picks=1)],
            "close-differs",
            id="the close says another number",
        ),
        pytest.param(
            [BATCH[0], lambda log: log.say("closed")],
            "statement-number",
            id="the close says nothing",
        ),
        pytest.param(
            [*BATCH, lambda log: log.say("surprise")],
            "statement",
            id="an unknown kind",
        ),
        pytest.param(
            [*BATCH, lambda log: log.say("notice", at="2026-06-01T12:00:30Z")],
            "statement",
            id="a time finer than the minute",
        ),
        pytest.param(
            [*BATCH, lambda log: log.say("notice", at="2026-02-30T12:00Z")],
            "statement",
            id="a day that does not exist",
        ),
        pytest.param(
            [*BATCH, lambda log: log.say("notice", behind=[bytes(32)])],
            "leaves-behind",
            id="leaves behind a notice",
        ),
        pytest.param(
            [*BATCH, lambda log: log.say("opened", log_key="x")],
            "opened-differs",
            id="a later opening names another key",
        ),
    ],
)
def test_batches_and_statements_that_lie_are_refused(steps, why, tmp_path):
    log = LogBook()
    log.open()
    for step in steps:
        step(log)
    log.sign()
    if why == "leaves-behind":
        log.picks[bytes(32)] = "7 1 " + "A" * 43

    assert refusal(log.files(), tmp_path)[0] == why


def test_ballots_before_any_opening_are_refused(tmp_path):
    log = LogBook()
    log.seal(some_ballots(20))
    log.close()
    log.open()
    log.sign()

    assert refusal(log.files(), tmp_path) == ("not-opened", "entries.jsonl", 1)


def test_a_batch_that_is_not_in_the_order_of_hashes_is_refused(tmp_path):
    log = LogBook()
    log.open()
    log.seal(some_ballots(20))
    log.behind[-1].reverse()
    log.close()
    log.sign()

    assert refusal(log.files(), tmp_path) == ("leaf-order", "openings.txt", 2)


def test_one_pick_that_is_counted_twice_is_found(tmp_path):
    log = LogBook()
    log.open()
    log.seal(some_ballots(20))
    log.seal(some_ballots(20))
    log.behind[2][0] = log.behind[1][0]
    log.behind[2].sort()
    log.close()
    log.sign()
    files = log.files()
    again = files["openings.txt"].splitlines()
    (twice,) = {each for each in again if again.count(each) == 2}
    number = len(again) - again[::-1].index(twice)

    assert refusal(files, tmp_path) == ("twice", "openings.txt", number)


def act_of_nobody(log):
    log.list_leaves("void", [99], list(range(20)))


def act_of_another_kind(log):
    act = log.say("restore", ballots=20)
    log.list_leaves("void", [act], list(range(20)))


def act_in_two_lists(log):
    act = log.act("void", list(range(20)))
    log.list_leaves("void", [act], list(range(20, 40)))


def list_of_nothing(log):
    log.list_leaves("void", [], list(range(20)))


def held_list(log):
    act = log.say("hold", ballots=20)
    log.list_leaves("held", [act], list(range(20)))


def more_ballots_than_its_act(log):
    act = log.say("void", ballots=20)
    log.list_leaves("void", [act], list(range(21)))


def act_without_list(log):
    log.say("void", ballots=20)


def small_list(log):
    act = log.say("void", ballots=3)
    log.list_leaves("void", [act], [1, 2, 3], small=False)


def other_number_of_leaves(log):
    act = log.say("void", ballots=20)
    log.list_leaves("void", [act], list(range(20)), leaves=3)


def list_of_another_hash(log):
    act = log.say("void", ballots=20)
    log.list_leaves("void", [act], list(range(20)), sha256="0" * 64)


def voided_twice(log):
    log.act("void", list(range(20)))
    log.act("void", list(range(19, 40)))


def restored_unvoided(log):
    log.act("void", list(range(20)))
    log.act("restore", list(range(1, 21)))


def unknown_leaf(log):
    act = log.say("void", ballots=20)
    log.ballots.append({7: 1})
    log.list_leaves("void", [act], [*range(19), 40])
    log.ballots.pop()


@pytest.mark.parametrize(
    ("lie", "why"),
    [
        (act_of_nobody, "acts-unknown"),
        (act_of_another_kind, "acts-unknown"),
        (act_in_two_lists, "acts-twice"),
        (list_of_nothing, "acts-form"),
        (held_list, "acts-form"),
        (more_ballots_than_its_act, "acts-ballots"),
        (act_without_list, "act-without-list"),
        (small_list, "small-group"),
        (other_number_of_leaves, "list-size"),
        (list_of_another_hash, "list-hash"),
        (voided_twice, "voided-twice"),
        (restored_unvoided, "restored-unvoided"),
        (unknown_leaf, "list-leaf"),
    ],
)
def test_lists_that_lie_are_refused(lie, why, tmp_path):
    log = LogBook()
    log.open()
    log.seal(some_ballots(40))
    log.close()
    lie(log)
    log.sign()

    assert refusal(log.files(), tmp_path)[0] == why


def test_a_list_names_only_what_is_sealed_before_it(tmp_path):
    log = LogBook()
    log.open()
    log.seal(some_ballots(20))
    act = log.say("void", ballots=20)
    log.ballots += some_ballots(20)
    log.list_leaves("void", [act], list(range(20, 40)))
    del log.ballots[20:]
    log.seal(some_ballots(20))
    log.close()
    log.sign()

    assert refusal(log.files(), tmp_path)[0] == "list-too-early"


def test_a_list_is_in_order_even_if_its_hash_is_published(tmp_path):
    log = LogBook()
    log.open()
    log.seal(some_ballots(40))
    log.close()
    log.act("void", list(range(20)))
    number = max(log.lists)
    log.lists[number].reverse()
    text = json.loads(log.texts[-1])
    text["sha256"] = sha256(list_file(log.lists[number])).hexdigest()
    log.texts[-1] = canonical(text)
    log.sign()

    assert refusal(log.files(), tmp_path) == ("list-order", f"lists/{number}.txt", 2)


# ---------------------------------------------------------------- heads that others kept


def truncated() -> LogBook:
    """The log as it was once: older heads and all, consistent in itself."""
    log = LogBook()
    log.say("rule_sheet", hash="0" * 64)
    log.open()
    log.sign()
    log.seal(some_ballots(25))
    log.sign()
    return log


def test_a_truncated_log_is_a_log_until_somebody_shows_a_later_head(tmp_path):
    kept = tmp_path / "kept.txt"
    kept.write_text(honest().notes[-1], encoding="utf-8")
    files = truncated().files(opened=False)

    assert check(files, tmp_path)["verdict"] == "equal"
    assert refusal(files, tmp_path, remembered=kept) == ("truncated", "kept.txt", 1)
    assert check(HONEST, tmp_path, remembered=kept)["remembered"] == 1


def test_a_rewritten_log_is_refused_by_a_head_that_somebody_kept(tmp_path):
    kept = tmp_path / "kept.txt"
    kept.write_text("---\n".join(honest().notes[:3]), encoding="utf-8")
    log = truncated()
    log.seal(some_ballots(25, start=26))
    log.close()
    log.sign()

    assert refusal(log.files(), tmp_path, remembered=kept) == ("root", "kept.txt", 17)


def test_the_key_that_somebody_noted_must_be_the_logs(tmp_path):
    own = key_of("log").public_key().public_bytes_raw()
    other = key_of("other").public_key().public_bytes_raw()

    assert check(HONEST, tmp_path, key=own)["verdict"] == "equal"
    assert refusal(HONEST, tmp_path, key=other) == ("other-key", "log.json", 1)
    assert ORIGIN in check(HONEST, tmp_path)["origin"]
