from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from voting.polls.errors import PollError
from voting.polls.exchange import contest_of, poll_of
from voting.polls.queries import number_of_ballots, opened_poll, totals


class Command(BaseCommand):
    help = "Count all ballots of a contest's closed poll again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("contest", metavar="SLUG")

    def handle(self, *args, contest: str, **options) -> None:
        try:
            poll = poll_of(contest_of(contest))
            counts = totals(poll, now=timezone.now())
            for entry in opened_poll(poll).entries:
                count = counts.get(entry.id, "已退出")
                self.stdout.write(f"{entry.plate}  {count:>8}  {entry.unit}")
        except PollError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"共 {number_of_ballots(poll)} 张选票。")
