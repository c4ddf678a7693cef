from django.core.management.base import BaseCommand, CommandError, CommandParser

from site_cms.database.errors import RolesUnusable
from site_cms.database.services import (
    grant_database_roles,
    planned_grants,
    take_down_reports,
)


class Command(BaseCommand):
    help = (
        "Grant the web role and the reports role what they need in PostgreSQL, and take"
        " back everything else. Run it as the owner of the tables, after each migrate."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--web", default="hongqi_web", metavar="ROLE")
        parser.add_argument("--reports", default="hongqi_reports", metavar="ROLE")
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="Print the statements and change nothing.",
        )
        parser.add_argument(
            "--take-down-reports",
            action="store_true",
            help="Only remove the views of the reports, before a migrate.",
        )

    def handle(
        self,
        *args,
        web: str,
        reports: str,
        dry_run: bool,
        take_down_reports: bool,
        **options,
    ) -> None:
        try:
            if take_down_reports:
                self._take_down()
            elif dry_run:
                for statement in planned_grants(web=web, reports=reports):
                    self.stdout.write(f"{statement};")
            else:
                grant_database_roles(web=web, reports=reports)
                self.stdout.write(f"已授权：网站 {web}，报表 {reports}。")
        except RolesUnusable as error:
            raise CommandError(str(error)) from error

    def _take_down(self) -> None:
        take_down_reports()
        self.stdout.write("报表视图已撤下，迁移后请再执行一次授权。")
