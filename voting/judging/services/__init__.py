"""Every change to the night happens here: one function for each."""

from voting.judging.services.correcting import (
    confirm_correction,
    propose_correction,
    reject_correction,
)
from voting.judging.services.devices import (
    admit_device,
    allow_pin_again,
    ask_for_seat,
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
from voting.judging.services.importing import import_setup
from voting.judging.services.late import (
    confirm_late,
    file_late,
    propose_late,
    reject_late,
)
from voting.judging.services.marking import (
    mark_absent,
    submit_sheet,
    withdraw_absence,
)
from voting.judging.services.naming import name_supervisors
from voting.judging.services.outliers import (
    ask_outliers,
    keep_marks,
    waive_outliers,
)
from voting.judging.services.paper import (
    confirm_paper,
    enter_paper,
    remind_of_paper,
    return_paper,
    take_back_paper,
)
from voting.judging.services.practice import import_practice_sheets
from voting.judging.services.preparing import (
    add_seat,
    change_round,
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
from voting.judging.services.seating import change_seat, issue_cards, remove_seat

__all__ = [
    "MORE_SECONDS",
    "add_seat",
    "admit_device",
    "allow_pin_again",
    "ask_for_seat",
    "ask_outliers",
    "call_turn",
    "change_round",
    "change_seat",
    "close_night",
    "confirm_correction",
    "confirm_late",
    "confirm_lock",
    "confirm_paper",
    "confirm_seed",
    "enter_paper",
    "file_late",
    "give_more_time",
    "hide_rehearsal",
    "hold_clock",
    "import_practice_sheets",
    "import_setup",
    "issue_cards",
    "keep_marks",
    "leave_seat",
    "make_rehearsal",
    "mark_absent",
    "mark_alone",
    "mark_with_next",
    "name_supervisors",
    "note_presence",
    "note_scores_shown",
    "open_turn",
    "propose_correction",
    "propose_late",
    "propose_seed",
    "publish_list",
    "record_recusal",
    "refuse_device",
    "reissue_card",
    "reject_correction",
    "reject_late",
    "reject_lock",
    "reject_seed",
    "remind_of_paper",
    "remove_seat",
    "request_lock",
    "return_paper",
    "run_clock",
    "set_up_night",
    "show_rehearsal",
    "sign_in",
    "submit_sheet",
    "take_back_call",
    "take_back_opening",
    "take_back_paper",
    "take_back_recusal",
    "take_back_request",
    "waive_outliers",
    "withdraw_absence",
]
