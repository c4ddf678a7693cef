"""How a person gets through each adapter's pages: what the conformance tests need of it.

A person is a name. The same name in another browser is the same telephone, the same slip
of paper or the same WeChat account; a device is nobody's but its own.
"""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from zlib import crc32

from django.test import Client
from django.urls import reverse

from showcase.contests.models import Contest
from tests.factories import make_operator
from tests.services.sms import KEY_ID, SECRET, aliyun
from tests.services.wechat import AGENT, APP_ID, wechat
from tests.services.wechat import SECRET as APP_SECRET
from voting.polls.models import Poll
from voting.polls.rules import FrozenPoll
from voting.polls.voter_services import create_code_batch


def slug_of(poll: FrozenPoll) -> str:
    return Contest.objects.get(pk=poll.contest_id).slug


def address(name: str, poll: FrozenPoll) -> str:
    return reverse(f"voting:{name}", args=[slug_of(poll)])


class DeviceWay:
    secrets: tuple[str, ...] = ()
    knows_persons = False

    def browser(self) -> Client:
        return Client()

    def identify(self, client: Client, poll: FrozenPoll, person: str) -> None:
        assert client.get(address("ballot", poll)).status_code == 200


class PrintedWay:
    knows_persons = True

    def __init__(self, now) -> None:
        self.now = now
        self.codes: dict[tuple[int, str], str] = {}

    @property
    def secrets(self) -> tuple[str, ...]:
        return tuple(self.codes.values())

    def browser(self) -> Client:
        return Client()

    def code_of(self, poll: FrozenPoll, person: str) -> str:
        if (poll.id, person) not in self.codes:
            self.codes[poll.id, person] = create_code_batch(
                by=make_operator(),
                poll=Poll.objects.get(pk=poll.id),
                label=person,
                village="大营子村",
                count=1,
                request_key=uuid.uuid4(),
                now=self.now,
            )[0]
        return self.codes[poll.id, person]

    def identify(self, client: Client, poll: FrozenPoll, person: str) -> None:
        typed = {"code": self.code_of(poll, person)}
        answer = client.post(address("code", poll), typed)
        assert (answer.status_code, answer["Location"]) == (
            303,
            address("ballot", poll),
        )


class PhoneWay:
    knows_persons = True

    def __init__(self, provider) -> None:
        self.provider = provider
        self.secrets: tuple[str, ...] = ()

    def browser(self) -> Client:
        return Client()

    def phone_of(self, person: str) -> str:
        number = f"139{crc32(person.encode()) % 10**8:08}"
        self.secrets += (number,)
        return number

    def last_code(self) -> str:
        return json.loads(self.provider.sent[-1]["TemplateParam"])["code"]

    def identify(self, client: Client, poll: FrozenPoll, person: str) -> None:
        answer = client.post(address("sms", poll), {"phone": self.phone_of(person)})
        assert answer.status_code == 303, answer.content.decode()
        answer = client.post(answer["Location"], {"digits": self.last_code()})
        assert (answer.status_code, answer["Location"]) == (
            303,
            address("ballot", poll),
        )


class WeChatWay:
    knows_persons = True

    def __init__(self, server) -> None:
        self.server = server
        self.secrets: tuple[str, ...] = ()

    def browser(self) -> Client:
        return Client(headers={"User-Agent": AGENT})

    def identify(self, client: Client, poll: FrozenPoll, person: str) -> None:
        self.secrets += (f"openid-of-{person}",)
        # Straight from the ballot's address, as from a QR code.
        sent = client.get(client.get(address("ballot", poll))["Location"])
        back = self.server.approve(sent["Location"], f"openid-of-{person}")
        answer = client.get(back)
        assert (answer.status_code, answer["Location"]) == (
            303,
            address("ballot", poll),
        )


@contextmanager
def way_of(name: str, settings, now) -> Iterator:
    """The way through an adapter, with a stand-in of the service that it asks."""
    if name == "sms":
        settings.SMS_PROVIDER = "aliyun"
        settings.SMS_ACCESS_KEY_ID, settings.SMS_ACCESS_KEY_SECRET = KEY_ID, SECRET
        settings.SMS_SIGN_NAME, settings.SMS_TEMPLATE = "林西县", "SMS_1"
        with aliyun() as provider:
            settings.SMS_ENDPOINT = provider.address
            yield PhoneWay(provider)
    elif name == "wechat":
        settings.WECHAT_APP_ID, settings.WECHAT_APP_SECRET = APP_ID, APP_SECRET
        with wechat() as server:
            settings.WECHAT_API_URL = server.address
            yield WeChatWay(server)
    else:
        yield PrintedWay(now) if name == "code" else DeviceWay()
