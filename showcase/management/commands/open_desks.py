from pathlib import Path

from django.contrib.staticfiles import finders
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.template.loader import render_to_string
from django.utils import timezone

from showcase.contests.models import Contest
from showcase.pages.desks.letters import Letter, letterhead
from showcase.pages.desks.queries import Desk, desks_of
from showcase.pages.desks.services import issue_letter, open_desk
from site_cms.refusals import Refusal


class Command(BaseCommand):
    help = (
        "Give units their desks: entry, group, folder, draft page and account. "
        "Safe to run again. Letters are written only to the file that --letters names."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--contest", required=True, metavar="SLUG")
        parser.add_argument(
            "--unit",
            nargs="+",
            metavar="CODE",
            help="only these; without it, all units that are entered in the contest",
        )
        parser.add_argument(
            "--letters",
            type=Path,
            metavar="FILE",
            help="write login letters as a page to print; the file must not exist",
        )
        parser.add_argument(
            "--new-letters",
            action="store_true",
            help="new passwords also for accounts that had a letter",
        )
        parser.add_argument("--dry-run", action="store_true", help="Only list them.")

    def handle(self, *args, contest: str, dry_run: bool, **options) -> None:
        found = Contest.objects.filter(slug=contest).first()
        if found is None:
            raise CommandError(f"没有网址名是“{contest}”的活动。")
        if options["new_letters"] and not options["letters"]:
            raise CommandError("重新出信要用 --letters 写明信存到哪个文件。")
        desks = self.chosen(found, options["unit"])
        if dry_run:
            for desk in desks:
                self.stdout.write(f"{desk.unit.code} {desk.unit} {self.lacks(desk)}")
            self.stdout.write(f"{len(desks)} 个单位。这是预览，没有改动。")
            return
        self.refused = 0
        letters = self.carry_out(found, desks, options)
        if letters:
            self.write(options["letters"], found, letters)
        if self.refused:
            raise CommandError(f"{self.refused} 个单位没有办成，见上面的说明。")

    def chosen(self, contest: Contest, codes: list[str] | None) -> list[Desk]:
        desks = desks_of(contest)
        if codes is None:
            return [desk for desk in desks if desk.entry]
        by_code = {desk.unit.code.casefold(): desk for desk in desks}
        missing = [code for code in codes if code.casefold() not in by_code]
        if missing:
            raise CommandError(f"没有这些单位：{'、'.join(missing)}。什么都没有做。")
        return [by_code[code.casefold()] for code in codes]

    def lacks(self, desk: Desk) -> str:
        return f"还缺：{'、'.join(desk.missing)}" if desk.missing else "齐了"

    def carry_out(self, contest: Contest, desks: list[Desk], options) -> list[Letter]:
        if options["letters"]:
            self.reserve(options["letters"])
        letters = []
        for place, desk in enumerate(desks, 1):
            told = f"[{place}/{len(desks)}] {desk.unit.code} {desk.unit}"
            now = timezone.now()
            try:
                made = open_desk(by=None, contest=contest, unit=desk.unit, now=now)
                if options["letters"] and (
                    options["new_letters"] or not desk.has_password
                ):
                    letters.append(
                        issue_letter(by=None, contest=contest, unit=desk.unit, now=now)
                    )
            except Refusal as error:
                self.refused += 1
                self.stderr.write(f"{told}：{error.message}")
            else:
                self.stdout.write(f"{told} {'、'.join(made) or '没有变化'}")
        return letters

    def reserve(self, file: Path) -> None:
        """Before any password is made: readable by nobody else, and never written over."""
        try:
            file.touch(mode=0o600, exist_ok=False)
        except OSError as error:
            raise CommandError(
                f"不能新建文件“{file}”：{error.strerror}。什么都没有做。"
            ) from error

    def write(self, file: Path, contest: Contest, letters: list[Letter]) -> None:
        style = finders.find("site_cms/css/letter.css")
        page = render_to_string(
            "showcase/desks/letters.html",
            {
                "letters": letters,
                "head": letterhead(),
                "contest": contest,
                "css": Path(style).read_text(encoding="utf-8"),
            },
        )
        file.write_text(page, encoding="utf-8")
        self.stdout.write(
            f"{len(letters)} 封登录信在“{file}”，用浏览器打开打印，印完请立即删除。"
        )
