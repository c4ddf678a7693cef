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
from voting.judging.services.outliers import (
    ask_outliers,
    keep_marks,
    waive_outliers,
)
from voting.judging.services.practice import import_practice_sheets
from voting.judging.services.preparing import (
    add_seat,
    record_recusal,
    set_up_night,
    take_back_recusal,
)
from voting.judging.services.running import (
    MORE_SECONDS,
    call_turn,
    close_night,
    confirm_lock,
    give_more_time,
    hold_clock,
    mark_alone,
    mark_with_next,
    note_scores_shown,
    open_turn,
    reject_lock,
    request_lock,
    run_clock,
    take_back_call,
    take_back_opening,
    take_back_request,
)

__all__ = [
    "MORE_SECONDS",
    "add_seat",
    "admit_device",
    "allow_pin_again",
    "ask_outliers",
    "call_turn",
    "close_night",
    "confirm_correction",
    "confirm_lock",
    "confirm_seed",
    "give_more_time",
    "hold_clock",
    "import_practice_sheets",
    "keep_marks",
    "leave_seat",
    "mark_absent",
    "mark_alone",
    "mark_with_next",
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
    "run_clock",
    "set_up_night",
    "sign_in",
    "submit_sheet",
    "take_back_call",
    "take_back_opening",
    "take_back_recusal",
    "take_back_request",
    "waive_outliers",
    "withdraw_absence",
]
