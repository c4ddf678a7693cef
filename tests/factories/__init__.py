"""Plain functions that save one valid row each. No randomness, no surprises.

A test names only what it is about: ``make_contest(poll_closes_at=NOW)``.
"""

from tests.factories.judging import (
    SEED,
    draw_order,
    lock_turn,
    make_device,
    make_late,
    make_night,
    make_night_today,
    make_open_turn,
    make_paper,
    make_seat,
    make_sheet,
    open_night,
    seated,
)
from tests.factories.logs import make_head, make_log_entry
from tests.factories.moments import DAY, HOUR, MINUTE, NOW, SECOND
from tests.factories.nominations import (
    make_desk,
    make_editor,
    make_nominating,
    make_nomination,
    make_submitted,
    make_words,
)
from tests.factories.people import make_operator, make_user, sign_in
from tests.factories.polls import make_ballot, make_poll, open_poll
from tests.factories.results import make_decided_contest, make_publication
from tests.factories.reviews import (
    CRITERIA,
    assign_all,
    closing_of,
    entry_of,
    make_marked_round,
    make_marked_second_round,
    make_nominated_entry,
    make_review,
    make_review_round,
    make_reviewed_contest,
    make_reviewer,
    make_second_round,
    make_version,
    settle,
)
from tests.factories.rulesheets import RULES, make_rule_sheet
from tests.factories.showcase import make_contest, make_deed, make_entry, make_unit

__all__ = [
    "CRITERIA",
    "DAY",
    "HOUR",
    "MINUTE",
    "NOW",
    "RULES",
    "SECOND",
    "SEED",
    "assign_all",
    "closing_of",
    "draw_order",
    "entry_of",
    "lock_turn",
    "make_ballot",
    "make_contest",
    "make_decided_contest",
    "make_deed",
    "make_desk",
    "make_device",
    "make_editor",
    "make_entry",
    "make_head",
    "make_late",
    "make_log_entry",
    "make_marked_round",
    "make_marked_second_round",
    "make_night",
    "make_night_today",
    "make_nominated_entry",
    "make_nominating",
    "make_nomination",
    "make_open_turn",
    "make_operator",
    "make_paper",
    "make_poll",
    "make_publication",
    "make_review",
    "make_review_round",
    "make_reviewed_contest",
    "make_reviewer",
    "make_rule_sheet",
    "make_seat",
    "make_second_round",
    "make_sheet",
    "make_submitted",
    "make_unit",
    "make_user",
    "make_version",
    "make_words",
    "open_night",
    "open_poll",
    "seated",
    "settle",
    "sign_in",
]
