from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from showcase.contests.models import Contest
from voting.results.objection_errors import ObjectionError
from voting.results.objection_queries import count_objectors
from voting.results.objection_services import forget_objectors


class Command(BaseCommand):
    help = (
        "Destroy names, telephones and files of those who objected to the result of an "
        "archived contest. Needs the role that owns the tables. Safe to run twice."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--contest", required=True, metavar="SLUG")
        parser.add_argument("--dry-run", action="store_true", help="Only count them.")

    def handle(self, *args, contest: str, dry_run: bool, **options) -> None:
        found = Contest.objects.filter(slug=contest).first()
        if found is None:
            raise CommandError(f"没有网址名是“{contest}”的活动。")
        if dry_run:
            count = count_objectors(found)
            self.stdout.write(
                f"有 {count} 件异议还存着姓名、电话或附件。这是预览，没有改动。"
            )
            return
        try:
            count = forget_objectors(by=None, contest=found, now=timezone.now())
        except ObjectionError as error:
            raise CommandError(error.message) from error
        self.stdout.write(
            f"已销毁 {count} 件异议的姓名、电话和附件，异议和答复一件没有动。"
        )
