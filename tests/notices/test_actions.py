"""The outbox: told once, sent by one worker, tried again, and honest about what did not leave."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from aiosmtpd.controller import Controller
from django.core.management import call_command
from django.db import close_old_connections, connection, connections
from pytest_django import Settings

from heshi.notices import queries
from heshi.notices.actions import built, mark_not_reached, mark_read, mark_told, queue, send_due
from heshi.notices.actions.channels import problems
from heshi.notices.models import Notice
from heshi.notices.rules import INBOX, MOST_ATTEMPTS, Addressee, Way, colleague, desk, everywhere, resident
from heshi.notices.terms import MANY, Words
from heshi.people.rules import Scope
from tests.queries import questions

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
COUNTY, CASE, UNIT, OTHER, STAFF = 990100, UUID(int=3), UUID(int=1), UUID(int=9), UUID(int=2)
NUMBER, DIGITS = "3827-1945-0637", "382719450637"
EMAIL = "heshi.notices.actions.channels.email"
FILE_SMS = "heshi.notices.actions.channels.file_sms"

pytestmark = pytest.mark.django_db


SAID = Words("已办结", f"您的诉求{NUMBER}已办结。")


def told(
    to: Addressee, *, once: str = "", alike: str = "", county: int = COUNTY, at: datetime = NOON
) -> Notice:
    return built(
        county=county, to=to, said=SAID, about="closed", once=f"3/{once}", at=at, alike=alike, case_id=CASE, number=DIGITS
    )  # fmt: skip


def to_resident(channel: str, destination: str, **changes: Any) -> Notice:
    return told(resident(CASE, Way(channel, destination)), **changes)


def test_an_inbox_notice_is_delivered_by_being_stored() -> None:
    queue([told(desk(UNIT))])

    (kept,) = Notice.objects.all()
    assert (kept.state, kept.sent_at, kept.text) == ("sent", NOON, SAID.text)


def test_the_same_thing_is_told_once_and_the_first_words_stay() -> None:
    queue([told(desk(UNIT)), told(desk(UNIT))])
    queue([told(desk(UNIT), at=NOON + timedelta(days=1)), told(desk(UNIT), once="again")])

    assert sorted(Notice.objects.values_list("created_at", flat=True)) == [NOON, NOON]


def test_many_notices_are_one_statement() -> None:
    with questions() as counted:
        queue([told(desk(UNIT), once=str(index)) for index in range(500)])

    assert len([query for query in counted.captured_queries if "INSERT" in query["sql"]]) == 1
    assert Notice.objects.count() == 500


def test_a_short_message_goes_to_a_file_and_the_number_is_wiped(settings: Settings, tmp_path: Path) -> None:
    settings.HESHI_VAR, settings.HESHI_CHANNELS = tmp_path, {"sms": FILE_SMS}
    queue([to_resident("sms", "13900000000")])

    assert send_due(at=NOON) == (1, 0)

    (kept,) = Notice.objects.all()
    assert (kept.state, kept.destination) == ("sent", "")
    (written,) = (tmp_path / "outbox").iterdir()
    assert written.read_text(encoding="utf-8").startswith(
        f"13900000000\n【和事】{SAID.text}查看：http://127.0.0.1:8000/follow/{DIGITS}/\n"
    )
    assert written.stat().st_mode & 0o077 == 0


def test_the_number_is_sealed_while_it_waits() -> None:
    queue([to_resident("sms", "13900000000")])

    with connection.cursor() as cursor:
        cursor.execute("SELECT destination, notices_notice::text FROM notices_notice")
        sealed, row = cursor.fetchone()
    assert b"13900000000" not in bytes(sealed)
    assert "13900000000" not in row
    assert Notice.objects.get().destination == "13900000000"


def test_a_channel_that_is_off_keeps_the_notice_and_says_why(settings: Settings) -> None:
    settings.HESHI_CHANNELS = {}
    queue([to_resident("sms", "13900000000")])

    assert send_due(at=NOON) == (0, 1)

    (kept,) = Notice.objects.all()
    assert (kept.state, kept.attempts) == ("waiting", 0)
    assert "短信渠道没有启用" in kept.last_error
    assert queries.unsent_older_than(1, NOON + timedelta(hours=2)) == 1
    assert send_due(at=NOON) == (0, 0)


def test_a_notice_without_a_number_fails_at_once(settings: Settings) -> None:
    settings.HESHI_CHANNELS = {"sms": FILE_SMS}
    queue([to_resident("sms", "")])

    assert send_due(at=NOON) == (0, 1)

    kept = Notice.objects.get()
    assert (kept.state, kept.last_error) == (
        "failed",
        "这条短信通知没有号码或邮箱，请改用电话、上门或邮寄告知。",
    )


@pytest.mark.parametrize("channel", ["call", "print"])
def test_what_a_person_must_tell_waits_for_one(channel: str) -> None:
    queue([to_resident(channel, "0431 8888 0000")])

    assert send_due(at=NOON) == (0, 0)
    (waiting,) = queries.by_hand()
    assert waiting.state == f"to_{channel}"
    assert queries.unsent_older_than(1, NOON + timedelta(days=9)) == 0
    later = NOON + timedelta(hours=1)
    assert mark_not_reached(notice_id=waiting.pk, county=COUNTY, at=later, by="窗口甲")
    (again,) = queries.by_hand()
    assert (again.attempts, again.last_error, again.destination) == (1, "窗口甲没有打通", "0431 8888 0000")
    assert mark_told(notice_id=waiting.pk, county=COUNTY, at=later, by="窗口甲")
    assert not mark_told(notice_id=waiting.pk, county=COUNTY, at=later, by="窗口乙")
    assert not mark_not_reached(notice_id=waiting.pk, county=COUNTY, at=later, by="窗口乙")
    assert list(queries.by_hand()) == []
    kept = Notice.objects.get()
    assert (kept.state, kept.told_by, kept.destination) == ("sent", "窗口甲", "")


def test_a_number_that_cannot_be_unsealed_holds_up_nobody_else(settings: Settings, tmp_path: Path) -> None:
    settings.HESHI_VAR, settings.HESHI_CHANNELS = tmp_path, {"sms": FILE_SMS}
    queue([to_resident("sms", "13900000000", once=str(index)) for index in range(3)])
    first = Notice.objects.order_by("send_after").defer("destination")[0]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE notices_notice SET destination = %s WHERE id = %s", [b"\x01" * 60, first.pk])

    assert send_due(at=NOON) == (2, 1)

    assert queries.unsent_older_than(0, NOON + timedelta(hours=1)) == 1
    (broken,) = queries.not_delivered()
    assert broken.pk == first.pk
    assert broken.last_error.startswith("这条个人信息无法解密")
    assert [each.pk for each in queries.by_hand()] == [first.pk]
    assert [each.pk for each in queries.unsent()] == [first.pk]


class Post:
    """A real mail server on this machine that keeps what it is given."""

    def __init__(self) -> None:
        self.letters: list[Any] = []
        self.answer = "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 -- its name
        if self.answer.startswith("250"):
            self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        return self.answer


@pytest.fixture
def post(settings: Settings) -> Iterator[Post]:
    """Start the mail server and have Django use it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    handler = Post()
    server = Controller(handler, hostname="127.0.0.1", port=port)
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_SSL = "127.0.0.1", port, False
    settings.HESHI_CHANNELS = {"email": EMAIL}
    yield handler
    server.stop()


def test_a_letter_arrives_with_the_notices_own_id(post: Post) -> None:
    queue([to_resident("email", "a@example.org")])

    assert send_due(at=NOON) == (1, 0)

    (letter,), kept = post.letters, Notice.objects.get()
    assert letter["Subject"] == f"【和事】已办结 {NUMBER}"
    assert letter["Message-ID"] == f"<{kept.pk}@heshi.invalid>"
    assert letter.get_content().strip() == kept.outgoing


def test_a_refused_letter_is_tried_later_and_at_last_given_to_a_person(post: Post) -> None:
    queue([to_resident("email", "a@example.org")])
    post.answer = "554 a@example.org refused"
    at = NOON

    assert send_due(at=at) == (0, 1)
    assert send_due(at=at + timedelta(seconds=59)) == (0, 0)
    for _ in range(MOST_ATTEMPTS - 1):
        at += timedelta(days=1)
        assert send_due(at=at) == (0, 1)

    kept = Notice.objects.get()
    assert (kept.state, kept.attempts) == ("failed", MOST_ATTEMPTS)
    assert "example" not in kept.last_error
    assert send_due(at=at + timedelta(days=9)) == (0, 0)
    assert queries.unsent_older_than(1, at) == 1


def test_a_letter_that_failed_once_leaves_when_the_server_is_back(post: Post) -> None:
    queue([to_resident("email", "a@example.org")])
    post.answer = "451 later"
    send_due(at=NOON)
    post.answer = "250 OK"

    assert send_due(at=NOON + timedelta(minutes=1)) == (1, 0)
    assert len(post.letters) == 1


@pytest.mark.django_db(transaction=True)
def test_four_workers_send_each_notice_once(settings: Settings, post: Post) -> None:
    queue([to_resident("email", f"{index}@example.org", once=str(index)) for index in range(40)])

    def work(_worker: int) -> int:
        close_old_connections()
        try:
            return send_due(at=NOON).sent
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as workers:
        sent = list(workers.map(work, range(4)))

    assert sum(sent) == 40
    assert len({letter["Message-ID"] for letter in post.letters}) == len(post.letters) == 40


def test_the_start_up_check_names_what_cannot_work(settings: Settings) -> None:
    settings.HESHI_CHANNELS = {"sms": "heshi.notices.actions.channels.gone", "email": EMAIL}
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "django.core.mail.backends.smtp.EmailBackend", ""

    assert [problem[:4] for problem in problems()] == ["短信渠道", "邮件渠道"]


def test_a_real_centre_does_not_start_with_messages_going_to_files(settings: Settings) -> None:
    settings.HESHI_CHANNELS, settings.SETTINGS_MODULE = {"sms": FILE_SMS}, "heshi.settings.production"

    assert [problem[:22] for problem in problems()] == ["正式环境不能用 file_sms 代替短信："]


def test_the_command_sends_and_shows_what_waits(settings: Settings, tmp_path: Path) -> None:
    settings.HESHI_VAR, settings.HESHI_CHANNELS = tmp_path, {"sms": FILE_SMS}
    queue([to_resident("sms", "13900000000"), to_resident("print", "甲镇一村", once="paper")])
    said = StringIO()

    call_command("notices", "send", stdout=said)
    call_command("notices", "waiting", stdout=said)

    assert said.getvalue().splitlines() == ["送出 1 条，未送出 0 条。", f"{NUMBER}  打印送达  要打印送达"]


def scope(**changes: Any) -> Scope:
    held: dict[str, Any] = {"roles": frozenset({"dispatcher"}), "unit_ids": frozenset({UNIT})}
    return Scope(staff_id=STAFF, **(held | {"duties": frozenset({("dispatcher", UNIT)})} | changes))


def test_an_inbox_holds_what_is_addressed_to_the_person_her_unit_and_her_role_there() -> None:
    others = Scope(staff_id=STAFF, roles=frozenset({"archivist"}), unit_ids=frozenset({UNIT}))
    queue(
        [
            told(desk(UNIT)),
            told(desk(UNIT, {"dispatcher", "leader"})),
            told(desk(UNIT, {"mediator"})),
            told(desk(OTHER)),
            told(colleague(STAFF)),
            told(everywhere("dispatcher")),
            told(resident(CASE, INBOX)),
            told(desk(UNIT), county=990200),
        ]
    )

    mine = queries.inbox_for(scope())

    assert [(each.address, each.to_roles) for each in mine] == [
        ("role:dispatcher", ["dispatcher"]),
        (f"staff:{STAFF}", []),
        (f"unit:{UNIT}", ["dispatcher", "leader"]),
        (f"unit:{UNIT}", []),
    ]
    assert queries.unread_count(scope()) == 4
    assert queries.unread_count(others) == 2  # the whole unit, and herself
    assert [each.to_kind for each in queries.for_resident(CASE)] == ["resident"]


def test_who_only_counts_at_a_unit_is_not_told_what_the_unit_is_told() -> None:
    queue([told(desk(UNIT)), told(desk(UNIT, {"statistician"}))])
    counting = scope(
        roles=frozenset({"statistician"}), unit_ids=frozenset(), duties=frozenset({("statistician", UNIT)})
    )

    assert [each.to_roles for each in queries.inbox_for(counting)] == [["statistician"]]


def test_many_alike_become_one_with_a_count() -> None:
    queue([told(desk(UNIT), once=str(index), alike="a") for index in range(MANY - 1)])
    queue([told(desk(UNIT), once=f"other {index}", alike="b") for index in range(2)])
    queue([told(desk(OTHER), once=f"there {index}", alike="a") for index in range(2)])
    assert queries.unread_count(scope()) == MANY + 1

    queue([told(desk(UNIT), once="one more", alike="a")])
    assert queries.unread_count(scope()) == 3
    queue([told(desk(UNIT), once=f"more {index}", alike="a") for index in range(1000)])

    head, *rest = [each for each in queries.inbox_for(scope()) if each.count > 1]
    assert rest == []
    assert (head.subject, head.count) == ("已办结：1005 件", MANY + 1000)
    assert head.text == "“已办结”有 1005 件没有看，点开逐件列着，请逐件办理。"
    assert len(queries.behind(scope(), head.pk, limit=2000)) == 1005
    assert queries.behind(scope(unit_ids=frozenset(), duties=frozenset()), head.pk) == []

    assert mark_read(scope=scope(), ids=[head.pk], county=COUNTY, at=NOON) == 1006
    queue([told(desk(UNIT), once="afterwards", alike="a")])
    assert queries.unread_count(scope()) == 3  # it stands by itself again
    queue([told(desk(UNIT), once="one more", alike="a")])  # told before: still not told again
    assert queries.unread_count(scope()) == 3


def test_what_is_told_to_a_resident_never_becomes_a_number() -> None:
    queue([to_resident("inbox", "", once=str(index), alike="a") for index in range(20)])
    queue([to_resident("sms", "13900000000", once=f"sms {index}", alike="a") for index in range(20)])

    assert not Notice.objects.exclude(head=None).filter(channel="sms").exists()
    assert len(queries.for_resident(CASE)) == 40


def test_reading_is_noted_once_and_only_in_ones_own_inbox() -> None:
    queue([told(desk(UNIT)), told(desk(OTHER))])
    everything = list(Notice.objects.values_list("pk", flat=True))

    assert mark_read(scope=scope(), ids=everything, county=COUNTY, at=NOON) == 1
    assert mark_read(scope=scope(), ids=everything, county=COUNTY, at=NOON) == 0
    assert queries.unread_count(scope()) == 0


def test_an_inbox_is_read_page_by_page_at_the_same_cost() -> None:
    queue([told(desk(UNIT), once=str(index)) for index in range(7)])

    with questions() as counted:
        first = queries.inbox_for(scope(), limit=3)
        second = queries.inbox_for(scope(), limit=3, before=first[-1].pk)
        last = queries.inbox_for(scope(), limit=3, before=second[-1].pk)

    assert [len(page) for page in (first, second, last)] == [3, 3, 1]
    assert len({each.pk for page in (first, second, last) for each in page}) == 7
    assert len(counted) == 3


def test_counting_the_unread_stops_above_ninety_nine() -> None:
    queue([told(desk(UNIT), once=str(index)) for index in range(150)])

    assert queries.unread_count(scope()) == queries.MOST_COUNTED + 1
