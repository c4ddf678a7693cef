"""Whatever stands in the files of a result, the answer is a verdict and never a crash."""

import random
from copy import deepcopy

import pytest

from tests.voting.verify.audits import audited, document, mended
from tests.voting.verify.bundles import line, with_sums, write_folder
from voting import verify
from voting.verify import Refused, check_bundle, source_at

FILES = {last: audited(last=last).files() for last in ("open", "lot")}
NAMES = (
    *("rules.json", "inputs.json", "outcome.json", "draw.json", "contest.json"),
    *("sheets.jsonl", "acts.jsonl", "trail.jsonl"),
)
JUNK = (None, "", "x", -1, 0, 10**30, True, [], {}, [[]], {"a": 1}, "1/0", "9" * 70)


def junked(value, dice):
    """A value in which something, somewhere, is something else."""
    value = deepcopy(value)
    inside = value
    while True:
        keys = list(inside) if isinstance(inside, dict) else list(range(len(inside)))
        key = dice.choice(keys)
        deeper = inside[key]
        if isinstance(deeper, (dict, list)) and deeper and dice.random() < 0.85:
            inside = deeper
            continue
        if dice.random() < 0.2:
            del inside[key]
        else:
            inside[key] = deepcopy(dice.choice(JUNK))
        return value


@pytest.mark.parametrize("name", NAMES)
def test_junk_is_refused_with_its_file_or_changes_nothing(name, tmp_path, monkeypatch):
    # So that junk in the rules comes as far as the rules are used.
    monkeypatch.setattr(verify, "check_rules_in_log", lambda *_: None)
    dice = random.Random(name)
    refused = set()
    for number in range(60):
        files = FILES[dice.choice(sorted(FILES))]
        value = junked(document(files, name), dice)
        data = b"".join(map(line, value)) if name.endswith("l") else line(value)
        files = files | {f"result/{name}": data}
        try:
            files = mended(files)
        except (TypeError, AttributeError, ValueError):
            continue
        folder = write_folder(with_sums(files), tmp_path / str(number))
        try:
            assert check_bundle(source_at(folder))["verdict"] == "equal"
        except Refused as error:
            refused.add(error.file.partition("/")[0])

    assert refused == {"result"}
