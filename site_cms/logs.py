"""One line of JSON an event, for the log collector of a server."""

import json
import logging
from datetime import UTC, datetime

# What every LogRecord carries; the rest was given by the caller as `extra`.
_STANDARD = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


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
        return json.dumps(event, ensure_ascii=False, default=str)
