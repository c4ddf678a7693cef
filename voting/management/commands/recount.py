from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from voting.polls.errors import PollError
from voting.polls.exchange import contest_of, poll_of
from voting.polls.queries import by_entry, counted, opened_poll
from voting.polls.rules import Form, Grade
from voting.polls.standing_queries import standing_of_poll
from voting.polls.tally import running_total


class Command(BaseCommand):
    help = (
        "Count the ballots of a contest's closed poll again, without those that are held "
        "or void, and compare with the running total."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("contest", metavar="SLUG")

    def handle(self, *args, contest: str, **options) -> None:
        now = timezone.now()
        try:
            poll = poll_of(contest_of(contest))
            count = counted(poll, now=now)
            frozen = opened_poll(poll)
            given = by_entry(count, poll, now=now)
            running = running_total(frozen)
        except PollError as error:
            raise CommandError(error.message) from error
        if frozen.form == Form.GRADING:
            self.stdout.write("".join(f"{grade.label:>8}" for grade in Grade))
        for entry in frozen.entries:
            self.stdout.write(
                f"{entry.plate}  {_row(given.get(entry.id))}  {entry.unit}"
            )
        if running != count:
            raise CommandError(
                f"和累计票数不一致：重新数出 {count.ballots} 张，累计 {running.ballots} 张。"
                "以重新数出的为准。请保留现场，联系系统管理员。"
            )
        self.stdout.write(f"共 {count.ballots} 张选票，和累计票数一致。")
        standings = standing_of_poll(poll.pk)
        if standings.cast != standings.counted:
            self.stdout.write(
                f"收到 {standings.cast} 张，其中隔离 {standings.held} 张、"
                f"作废 {standings.void} 张没有计入。"
            )


def _row(got: dict[int, int] | None) -> str:
    if got is None:
        return f"{'已退出':>8}"
    return "".join(f"{number:>8}" for number in got.values())
