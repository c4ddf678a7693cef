from django.core.management.base import BaseCommand, CommandParser

from site_cms.accounts.groups import sync_groups


class Command(BaseCommand):
    help = "Give the group of each role exactly the permissions that the code states."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Only list them.")

    def handle(self, *args, dry_run: bool, **options) -> None:
        changes = sync_groups(dry_run=dry_run)
        for change in changes:
            self.stdout.write(change)
        self.stdout.write(
            f"{len(changes)} 处{'需要修改，没有改动' if dry_run else '已修改'}。"
            if changes
            else "各角色的权限与代码一致。"
        )
