from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from showcase.contests.models import Contest
from site_cms.accounts.errors import NoSecondFactor
from site_cms.accounts.models import User
from site_cms.accounts.queries import current_code
from voting.sample.codes import code_to_try
from voting.sample.people import cards_to_try, logins, presenter_to_try
from voting.sample.showcase import SLUG
from voting.sample.welcome import addresses


class Command(BaseCommand):
    help = (
        "Print where the demo's pages are and who may sign in. Works in the demo only."
    )

    def handle(self, *args, **options) -> None:
        if not settings.DEMO:
            raise CommandError("只有演示环境（DEMO=true）才打印登录信息。")
        contest = Contest.objects.get(slug=SLUG)
        self.stdout.write(f"\n{contest}\n")
        for label, path in addresses(contest):
            gap = " " * (12 - 2 * len(label))
            self.stdout.write(f"  {label}{gap}{settings.PUBLIC_ORIGIN}{path}")
        if code := code_to_try(contest, now=timezone.now()):
            self.stdout.write(
                f"  纸质投票码  {code}（样例里的一张，没有手机也能投；代录也用它）"
            )
        for seat, card in cards_to_try():
            self.stdout.write(
                f"  席卡 {seat}    {settings.PUBLIC_ORIGIN}/judge/{card.token}/"
                f"  密码 {card.pin}"
            )
        if card := presenter_to_try():
            self.stdout.write(
                f"  提词卡       {settings.PUBLIC_ORIGIN}/reveal/{card.token}/  密码 {card.pin}"
            )
        self.stdout.write("\n登录（密码只属于这台机器；验证码 30 秒一换）")
        for username, note in logins().items():
            self.stdout.write(
                f"  {username:<10} {note['password']}  {self._code(username):<8}"
                f"{note['role']}"
            )
        self.stdout.write(
            "  现在的验证码：manage.py demo_welcome，或 manage.py one_time_code 用户名\n"
        )

    def _code(self, username: str) -> str:
        try:
            return current_code(User.objects.get(username=username))[0]
        except NoSecondFactor:
            return "－"
