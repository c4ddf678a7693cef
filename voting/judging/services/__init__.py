"""Every change to the night happens here: one function for each."""

from voting.judging.services.correcting import (
    confirm_correction,
    propose_correction,
    reject_correction,
)
from voting.judging.services.devices import (
    admit_device,
    allow_pin_again,
    leave_seat,
    note_presence,
    refuse_device,
    reissue_card,
    sign_in,
)
from voting.judging.services.drawing import (
    confirm_seed,
    propose_seed,
    publish_list,
    reject_seed,
)
from voting.judging.services.marking import (
    mark_absent,
    submit_sheet,
    withdraw_absence,
)
from voting.judging.services.practice import import_practice_sheets
from voting.judging.services.preparing import (
    add_seat,
    record_recusal,
    set_up_night,
    take_back_recusal,
)
from voting.judging.services.rehearsing import (
    hide_rehearsal,
    make_rehearsal,
    show_rehearsal,
)
from voting.judging.services.running import (
    call_turn,
    close_night,
    confirm_lock,
    note_scores_shown,
    open_turn,
    reject_lock,
    request_lock,
    take_back_opening,
)

__all__ = [
    "add_seat",
    "admit_device",
    "allow_pin_again",
    "call_turn",
    "close_night",
    "confirm_correction",
    "confirm_lock",
    "confirm_seed",
    "hide_rehearsal",
    "import_practice_sheets",
    "leave_seat",
    "make_rehearsal",
    "mark_absent",
    "note_presence",
    "note_scores_shown",
    "open_turn",
    "propose_correction",
    "propose_seed",
    "publish_list",
    "record_recusal",
    "refuse_device",
    "reissue_card",
    "reject_correction",
    "reject_lock",
    "reject_seed",
    "request_lock",
    "set_up_night",
    "show_rehearsal",
    "sign_in",
    "submit_sheet",
    "take_back_opening",
    "take_back_recusal",
    "withdraw_absence",
]
