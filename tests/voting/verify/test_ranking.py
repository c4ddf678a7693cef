"""The second implementation of the rule book agrees with the engine in every digit.

They share no code. Whatever one of them did wrong alone would show here.
"""

import json

import pytest

from tests.voting.verify.contests import random_contest
from voting.rules.admission import check
from voting.rules.engine import compute
from voting.rules.inputs import Inputs
from voting.rules.rule_sheet import RuleSheet
from voting.rules.validation import validate
from voting.verify import Ranking, difference

CONTESTS = 600


def published(sheet: RuleSheet, inputs: Inputs) -> dict:
    """The outcome of the engine as it stands in a bundle."""
    return json.loads(json.dumps(compute(sheet, inputs).to_json()))


def recomputed(sheet: RuleSheet, inputs: Inputs) -> dict:
    """The outcome of the verifier, from nothing but the two documents."""
    documents = json.loads(json.dumps([sheet.to_json(), inputs.to_json()]))
    return Ranking(*documents).outcome()


@pytest.mark.parametrize("first", range(0, CONTESTS, 100))
def test_both_implementations_agree_on_contests_of_every_kind(first):
    for number in range(first, first + 100):
        sheet, inputs = random_contest(number)
        assert not validate(sheet) + check(sheet, inputs), number

        said = published(sheet, inputs)

        found = difference(recomputed(sheet, inputs), said, sheet.shown_places)
        assert found is None, (number, found)
