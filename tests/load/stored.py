"""Ballots in great number, put into the database by the database."""

from django.db import connection

from voting.polls.rules import FrozenPoll

# Keys as scattered as real ones, so that the indexes grow as real ones do.
_KEYS = {
    "postgresql": "gen_random_uuid()",
    "sqlite": "lower(hex(randomblob(16)))",
}
_NUMBERS = {
    "postgresql": "generate_series(1, %(number)s) AS one",
    "sqlite": "(WITH RECURSIVE one(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM one"
    " WHERE n < %(number)s) SELECT n FROM one)",
}
_MINUTE = {
    "postgresql": "date_trunc('minute', now())",
    "sqlite": "strftime('%%Y-%%m-%%d %%H:%%M:00', 'now')",
}
_CHOICES = {
    # Bits of a random number, one byte each: 20 entries.
    "postgresql": "decode(regexp_replace(((random() * 1048575)::int)::bit(20)::text,"
    " '(.)', '0\\1', 'g'), 'hex')",
    "sqlite": "CAST(substr(replace(hex(randomblob(40)), '', ''), 1, 20) AS BLOB)",
}


def store_ballots(poll: FrozenPoll, number: int) -> None:
    """So many ballots of 20 entries with what is noted beside them, then tidy up."""
    vendor = connection.vendor
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO voting_ballot (cast_at, poll_id, request_key, voter_key, choices)"
            f" SELECT {_MINUTE[vendor]}, %(poll)s, {_KEYS[vendor]}, {_KEYS[vendor]},"
            f" {_CHOICES[vendor]} FROM {_NUMBERS[vendor]}",
            {"poll": poll.id, "number": number},
        )
        cursor.execute(
            "INSERT INTO voting_ballotsignal (ballot_id, poll_id, minute, voter_day,"
            " prefix, network, adapter, client, device_age, difficulty, unthrottled)"
            f" SELECT id, poll_id, cast_at, {_KEYS[vendor]}, {_KEYS[vendor]},"
            f" {_KEYS[vendor]}, 'device', 'wechat-android', 30, 100, false"
            " FROM voting_ballot"
            " WHERE id > (SELECT coalesce(max(ballot_id), 0) FROM voting_ballotsignal)"
        )
        if vendor == "postgresql":
            cursor.execute("VACUUM (ANALYZE) voting_ballot")
            cursor.execute("VACUUM (ANALYZE) voting_ballotsignal")
            cursor.execute("CHECKPOINT")
