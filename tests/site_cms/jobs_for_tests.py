"""Jobs that a test can name in WORKER_JOBS."""

DONE: list[str] = []


def first(*, now) -> None:
    DONE.append("first")


def failing(*, now) -> None:
    raise RuntimeError("no luck")


def last(*, now) -> None:
    DONE.append("last")
