"""Every change to a round of reviews happens here."""

from showcase.reviews.services.marking import recuse, save_draft, submit_review
from showcase.reviews.services.preparing import (
    assign_automatically,
    assign_by_hand,
    set_up_round,
    take_back,
)
from showcase.reviews.services.settling import (
    KINDS,
    decide_tie,
    notice_of_shortlist,
    propose_tie,
    release_missing,
    room_for,
    select_entries,
    undo_selection,
)

__all__ = [
    "KINDS",
    "assign_automatically",
    "assign_by_hand",
    "decide_tie",
    "notice_of_shortlist",
    "propose_tie",
    "recuse",
    "release_missing",
    "room_for",
    "save_draft",
    "select_entries",
    "set_up_round",
    "submit_review",
    "take_back",
    "undo_selection",
]
