"""What state a nomination is in: it follows from its times."""

from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    NOT_STARTED = "not_started"
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"

    @property
    def label(self) -> str:
        return {
            State.NOT_STARTED: "没有开始",
            State.DRAFT: "草稿",
            State.SUBMITTED: "已提交",
            State.RETURNED: "退回修改",
        }[self]


def state_of(*, submitted_at: datetime | None, returned_at: datetime | None) -> State:
    """The state of a nomination that was begun."""
    if submitted_at is not None:
        return State.SUBMITTED
    return State.RETURNED if returned_at is not None else State.DRAFT
