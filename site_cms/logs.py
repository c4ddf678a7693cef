"""One line of JSON an event, for the log collector of a server."""

import json
import logging
import re
from datetime import UTC, datetime

# What every LogRecord carries; the rest was given by the caller as `extra`.
_STANDARD = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

# Whoever has the address of a receipt, an objection, a seat card or a screen may use it:
# Django names the address of every request that it refuses.
_SECRET_PART = re.compile(
    r"(/receipt/[^/\s\"\\]+/|/results/[^/\s\"\\]+/objections/|/judge/|/screen/|/reveal/)[^/\s\"\\]+"
)


class JsonLine(logging.Formatter):
    """Time, level, logger, message, the caller's `extra`, and a traceback if any."""

    def format(self, record: logging.LogRecord) -> str:
        event = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        event |= {
            name: value
            for name, value in vars(record).items()
            if name not in _STANDARD and name != "request"
        }
        if record.exc_info:
            event["traceback"] = self.formatException(record.exc_info)
        line = json.dumps(event, ensure_ascii=False, default=str)
        return _SECRET_PART.sub(r"\1…", line)
