from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from site_cms.pages.page_types import HomePage
from site_cms.pages.services import create_site_tree


class Command(BaseCommand):
    help = (
        "Make the home page with notices, news, people and help. Safe to run again: "
        "what is there stays as it is."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--name", default="红旗争夺赛", help="Title of the home page."
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="Only say what would be made."
        )

    def handle(self, *args, name: str, dry_run: bool, **options) -> None:
        if home := HomePage.objects.first():
            self.stdout.write(f"网站“{home.title}”已经有了，没有改动。")
            return
        if not dry_run:
            create_site_tree(by=None, name=name, now=timezone.now())
        self.stdout.write(f"{'将建立' if dry_run else '已建立'}网站“{name}”。")
