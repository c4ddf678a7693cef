from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from voting.polls.errors import PollError
from voting.polls.exchange import contest_of, poll_of
from voting.polls.queries import number_of_signals
from voting.polls.signals_services import check_signals_may_go, destroy_signals


class Command(BaseCommand):
    help = (
        "Destroy what was noted beside the ballots of a contest whose result is final."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--contest", required=True, metavar="SLUG")
        parser.add_argument(
            "--force",
            default="",
            metavar="REASON",
            help="before the final result; the reason goes into the trail",
        )
        parser.add_argument("--dry-run", action="store_true", help="Only count them.")

    def handle(self, *args, contest: str, force: str, dry_run: bool, **options) -> None:
        now = timezone.now()
        try:
            poll = poll_of(contest_of(contest))
            if dry_run:
                check_signals_may_go(poll, now=now, forced=force)
                count = number_of_signals(poll)
                self.stdout.write(f"有 {count} 条选票旁证。这是预览，没有改动。")
                return
            count = destroy_signals(by=None, poll=poll, now=now, forced=force)
        except PollError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"已销毁 {count} 条选票旁证，选票一张没有动。")
