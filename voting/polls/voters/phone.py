"""A mobile number, shown to be one's own by a text message."""

from site_cms.messaging.senders import missing
from voting.polls.voters.asked import Asked


class Phone(Asked):
    name = "sms"
    label = "手机号（短信验证码）"
    invitation = "用手机号，收短信验证码"

    def lacks(self) -> str:
        return missing()
