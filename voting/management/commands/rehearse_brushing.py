from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from site_cms.refusals import Refusal
from voting.integrity.campaigns import CAMPAIGNS
from voting.integrity.rehearsing import add_invented_ballots
from voting.polls.models import Poll


def campaign(text: str) -> tuple[str, int]:
    kind, _, size = text.partition(":")
    if kind not in CAMPAIGNS or not size.isdecimal() or not int(size):
        raise ValueError(text)
    return kind, int(size)


class Command(BaseCommand):
    help = (
        "Add invented ballots and campaigns to an opened practice poll, to rehearse what is "
        "done about brushing. Kinds of campaigns: " + ", ".join(CAMPAIGNS) + "."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("contest", metavar="SLUG")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--ballots", type=int, default=3_000, help="honest ones")
        parser.add_argument(
            "--campaign",
            type=campaign,
            nargs="*",
            metavar="KIND:BALLOTS",
            default=[("script", 300), ("pool", 300), ("mobilised", 200)],
        )

    def handle(self, *args, contest, seed, ballots, **options) -> None:
        poll = Poll.objects.filter(contest__slug=contest).first()
        if poll is None:
            raise CommandError(f"没有这个活动的民意测评：{contest}")
        try:
            added = add_invented_ballots(
                by=None,
                poll=poll,
                seed=seed,
                ballots=ballots,
                campaigns=options["campaign"],
                now=timezone.now(),
            )
        except Refusal as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(f"加了 {added} 张编造的选票。")
