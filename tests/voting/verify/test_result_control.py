"""Every check of a result is needed: without it the lie that it finds would be called equal."""

import pytest

from tests.voting.verify.audits import audited, changed, mended
from tests.voting.verify.bundles import with_sums, write_folder
from tests.voting.verify.test_result import (
    FIRST,
    FORGED,
    corrected,
    final_of_another,
    order_of_its_own,
    put,
)
from voting import verify
from voting.verify import Refused, check_bundle, source_at


def forged(*names):
    """The lies of these names together, and the outcome that would follow from them."""
    files = audited().files()
    for name in names:
        changes, _ = FORGED[name]
        for file, change in changes if isinstance(changes, list) else [changes]:
            files = changed(files, file, change)
    return mended(files, computed=True)


def rank_of_an_earlier_result():
    return changed(
        corrected().files(),
        "revisions.jsonl",
        put(0, "ranking", 0, "total", value="96.2x"),
    )


def another_second_person():
    return changed(
        corrected().files(), "contest.json", put("confirmed_by", value="王五")
    )


def higher_score():
    total = {"exact": "97/1", "shown": "97.00"}
    return mended(
        changed(audited().files(), "outcome.json", put(*FIRST, "total", value=total))
    )


CASES = {
    "check_rules_in_log": lambda: forged("a weight"),
    "check_agreed": another_second_person,
    "check_finals": lambda: audited(final_of_another).files(),
    "check_promised_sheets": lambda: forged(
        "a mark on a sheet", "a mark in the inputs"
    ),
    "check_sheets": lambda: forged("a lock taken away"),
    "check_named_promises": lambda: forged("a sheet that names no statement"),
    "check_counted": lambda: forged("the earlier version counted"),
    "check_marks": lambda: forged("a mark in the inputs"),
    "check_away": lambda: forged("an absence that the inputs do not have"),
    "check_entries": lambda: forged("a name"),
    "check_votes": lambda: forged("a number of votes"),
    "check_promises": lambda: forged("what was promised about points"),
    "check_points": lambda: forged("points from elsewhere"),
    "check_deductions": lambda: forged("a deduction"),
    "check_ties": lambda: forged("a lot that nobody drew"),
    "check_draws": lambda: audited(order_of_its_own).files(),
    "check_revisions": rank_of_an_earlier_result,
    "check_outcome": higher_score,
}

# Some lies are seen twice; then what sees them second is put aside as well.
ALSO = {
    "check_promises": ["check_points", "check_ties"],
    "check_counted": ["check_marks"],
    "check_sheets": ["check_away"],
}


@pytest.mark.parametrize("name", CASES)
def test_without_its_check_the_lie_is_called_equal(name, tmp_path, monkeypatch):
    folder = write_folder(with_sums(CASES[name]()), tmp_path / "bundle")
    for also in ALSO.get(name, []):
        monkeypatch.setattr(verify, also, lambda *_, **__: None)
    with pytest.raises(Refused):
        check_bundle(source_at(folder))

    # Instead of the entry of the log in which it was agreed: everything counts.
    monkeypatch.setattr(verify, name, lambda *_, **__: 10**6)

    assert check_bundle(source_at(folder))["verdict"] == "equal"
