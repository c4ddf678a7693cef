from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from showcase.units.errors import UnitError
from showcase.units.importing import COLUMNS, Plan, PlannedRow, plan_import
from showcase.units.services import import_units
from site_cms.spreadsheets.errors import SpreadsheetRefused
from site_cms.spreadsheets.reading import read_table
from site_cms.spreadsheets.tables import Table


class Command(BaseCommand):
    help = "Register or update units from an xlsx or csv file. Safe to run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="Only the preview.")

    def handle(self, *args, file: Path, dry_run: bool, **options) -> None:
        table = self.read(file)
        plan = plan_import(table)
        if plan.unknown:
            self.stdout.write(f"这些列不认识，没有读：{'、'.join(plan.unknown)}")
        if plan.errors:
            for error in plan.errors:
                self.stderr.write(str(error))
            raise CommandError(
                f"有 {len(plan.errors)} 处问题，什么都没有导入。改好后再运行一次。"
            )
        if dry_run:
            for row in plan.rows:
                self.tell(row, plan)
        else:
            self.carry_out(table, plan)
        counts = "，".join(f"{word} {count} 个" for word, count in plan.counts.items())
        self.stdout.write(f"{counts}。{'这是预览，没有导入。' if dry_run else ''}")

    def read(self, file: Path) -> Table:
        try:
            with file.open("rb") as opened:
                return read_table(opened, COLUMNS)
        except OSError as error:
            raise CommandError(f"打不开文件“{file}”：{error.strerror}。") from error
        except SpreadsheetRefused as error:
            raise CommandError(error.message) from error

    def carry_out(self, table: Table, plan: Plan) -> None:
        try:
            import_units(
                by=None,
                table=table,
                fingerprint=plan.fingerprint,
                now=timezone.now(),
                progress=lambda row: self.tell(row, plan),
            )
        except UnitError as error:
            raise CommandError(error.message) from error

    def tell(self, row: PlannedRow, plan: Plan) -> None:
        place = plan.rows.index(row) + 1
        changes = "；".join(
            f"{change.column} {change.before or '（空）'} → {change.after or '（空）'}"
            for change in row.changes
        )
        self.stdout.write(
            f"[{place}/{len(plan.rows)}] {row.code} {row.name} {row.outcome} {changes}".rstrip()
        )
