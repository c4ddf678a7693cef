import json
import logging
import sys
from datetime import datetime

import pytest

from site_cms.logs import JsonLine


def written(
    message="vote taken", *arguments, level=logging.INFO, exc_info=None, **extra
):
    logger = logging.getLogger("voting.polls")
    record = logger.makeRecord(
        logger.name, level, __file__, 1, message, arguments, exc_info, extra=extra
    )
    return JsonLine().format(record)


def test_event_is_one_line_with_time_level_logger_message_and_what_was_given():
    line = json.loads(written("vote %s taken", 7, poll="spring", unthrottled=True))
    at = datetime.fromisoformat(line.pop("at"))

    assert at.utcoffset().total_seconds() == 0
    assert line == {
        "level": "info",
        "logger": "voting.polls",
        "message": "vote 7 taken",
        "poll": "spring",
        "unthrottled": True,
    }


@pytest.mark.parametrize(
    "message",
    ["two\nlines", 'a "quoted" word', "{'level': 'fake'}", "县 \u2028 \x00"],
    ids=["line break", "quotes", "another event", "strange characters"],
)
def test_nothing_in_a_message_makes_a_second_line(message):
    line = written(message)

    assert "\n" not in line
    assert json.loads(line)["message"] == message


def test_chinese_stays_readable():
    assert "选票" in written("选票已收")


def test_error_carries_its_traceback():
    try:
        raise ValueError("broken")
    except ValueError:
        line = json.loads(written(level=logging.ERROR, exc_info=sys.exc_info()))

    assert line["traceback"].endswith("ValueError: broken")


def test_value_that_json_does_not_know_is_written_as_text():
    assert (
        json.loads(
            written(
                value={
                    1,
                }
            )
        )["value"]
        == "{1}"
    )


def test_request_itself_is_not_written(rf):
    line = written(request=rf.get("/", {"phone": "13800000000"}), status_code=500)

    assert "13800000000" not in line
    assert json.loads(line)["status_code"] == 500


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("/judge/c4rd-T0ken/sheets/", "/judge/…/sheets/"),
        ("/screen/t0ken/", "/screen/…/"),
        ("/reveal/t0ken/act/", "/reveal/…/act/"),
        ("/results/county/reveal/", "/results/county/reveal/"),
        ("/vote/spring/receipt/LH7K-29QF-M3/s3cret/", "/vote/spring/receipt/LH7K-29QF-M3/…/"),
        ("/vote/spring/receipt/LH7K-29QF-M3/s3cret/proof/", "/vote/spring/receipt/LH7K-29QF-M3/…/proof/"),
        ("/results/spring/objections/3333-3333-333N/", "/results/spring/objections/…/"),
        ("/results/spring/notice/", "/results/spring/notice/"),
        ("/vote/spring/cast/", "/vote/spring/cast/"),
    ],
)  # fmt: skip
def test_secret_part_of_an_address_is_not_written(address, shown):
    line = json.loads(written('Forbidden: "%s"', address, path=address))

    assert (line["message"], line["path"]) == (f'Forbidden: "{shown}"', shown)
