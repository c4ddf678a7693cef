from collections.abc import Callable
from datetime import datetime, timedelta


class Clock:
    """The site's clock. It goes on as always, and can be sent to another day."""

    def __init__(self, real: Callable[[], datetime]) -> None:
        self.real = real
        self.ahead = timedelta()

    def now(self) -> datetime:
        return self.real() + self.ahead

    def go_to(self, moment: datetime) -> None:
        self.ahead = moment - self.real()
