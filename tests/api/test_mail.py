"""Mail is sent at least once, says always the same, and delays no promise."""

import asyncio
import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from chatserver.deliveries import jobs
from chatserver.deliveries.model import Parcel
from chatserver.deps import work
from chatserver.notices.actions import tell_notice
from chatserver.notices.wire import NoticeKind
from chatserver.tables import deliveries, due_work
from chatserver.ways.wire import LanguageName
from tests.api.house import House
from tests.api.story import FIRST_WORDS, enquire, talk
from tests.leaks import find_leaks
from tests.mail_server import MailServer
from tests.person import Person
from tests.ways import be_quiet, code_in, confirm, enter, wants_mail, ways_of

GOLDEN = Path(__file__).parent / "golden"
PAUSE = timedelta(minutes=15)
LADDER: tuple[NoticeKind, ...] = ("reply_reminder", "reply_escalated", "promise_broken")
OTHERS: tuple[NoticeKind, ...] = ("enquiry_taken", "appointment_booked", "thread_handed", "roster_expires")


async def tell(house: House, person: Person, kind: NoticeKind = "enquiry_taken") -> None:
    async with work(house.deps) as tx:
        await tell_notice(tx, [person.account_id], kind, now=house.now(), room="cd" * 16)


async def end_leases(house: House) -> None:
    """As if a minute had passed on the database's own clock."""
    async with work(house.deps) as tx:
        await tx.db.execute(update(due_work).values(lease_until=datetime(2016, 1, 1, tzinfo=ZoneInfo("UTC"))))


# -- what it says


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("kind", ["sqlite"])
async def test_a_notice_and_a_code_look_exactly_like_this(
    mailing: House, post: MailServer, language: LanguageName
) -> None:
    """Golden files: a change of what leaves the server is seen by whoever changes it."""
    nachtfalter = await mailing.signed_up("nachtfalter")
    await enter(nachtfalter, "falter@post.example", language)
    await mailing.server.look()
    await confirm(nachtfalter, code_in(post.mails[0]))
    await tell(mailing, nachtfalter)
    await mailing.server.look()
    code, notice = (_without_chance(mailing, one) for one in post.received)
    assert code == (GOLDEN / f"code.{language}.eml").read_bytes()
    assert notice == (GOLDEN / f"notice.{language}.eml").read_bytes()


def _without_chance(house: House, mail: bytes) -> bytes:
    """With the same id, code and port at each run."""
    same = re.sub(rb"(?m)^Message-ID: <[0-9a-f]{32}@", b"Message-ID: <ID@", mail)
    same = re.sub(rb"\b\d{6}\b", b"CODE", same)
    return same.replace(b":%d" % house.deps.config.port, b":PORT").replace(b"\r\n", b"\n")


async def test_every_kind_of_notice_says_the_same(mailing: House, post: MailServer) -> None:
    """Not even its length tells what has happened."""
    nachtfalter = await mailing.signed_up("nachtfalter")
    await wants_mail(mailing, post, nachtfalter)
    for one in LADDER + OTHERS:
        await tell(mailing, nachtfalter, one)
        await mailing.server.look()
        mailing.clock.advance(PAUSE)
    bodies = {mail.get_content() for mail in post.mails}
    assert (len(post.received), len(bodies)) == (7, 1)
    assert {str(mail["Subject"]) for mail in post.mails} == {"Es gibt etwas Neues"}


async def test_nothing_that_was_written_or_that_names_anybody_is_in_a_mail(mailing: House, post: MailServer) -> None:
    """Planted words, names, agency, topic and ids, in every encoding that the search for leaks knows."""
    talking = await talk(mailing)
    await wants_mail(mailing, post, talking.client)
    await wants_mail(mailing, post, talking.counsellor, "en")
    await talking.desk.write("Wintergrünvogel am Morgen.")
    await talking.room.read()
    await talking.room.write("Wintergrünvogel am Abend.")
    for _ in range(5):
        await mailing.pass_time(timedelta(hours=12))
    assert len(post.received) >= 4
    # The addresses in "To" hold the login names; the tests chose them so.
    mails = [one.split(b"Subject:", 1)[1] for one in post.received]
    secrets = {
        "words": "Wintergrünvogel".encode(),
        "first words": FIRST_WORDS.encode(),
        "client": b"nachtfalter",
        "client's id": talking.client.account_id.encode(),
        "counsellor's id": talking.counsellor.account_id.encode(),
        "room": talking.room.id.encode(),
        "topic": b"addiction",
        "agency": (await talking.client.thread(talking.room.id)).agency_name.encode(),
        "session": mailing.session_of(talking.client).encode(),
    }
    assert find_leaks(secrets, [(f"mail {number}", one) for number, one in enumerate(mails)]) == []
    assert all(mail["Auto-Submitted"] == "auto-generated" for mail in post.mails)
    assert {mail.get_content_type() for mail in post.mails} == {"text/plain"}


# -- when it comes


async def test_within_a_quarter_of_an_hour_much_is_told_once(mailing: House, post: MailServer) -> None:
    """The mail that comes then tells of everything."""
    nachtfalter = await mailing.signed_up("nachtfalter")
    await wants_mail(mailing, post, nachtfalter)
    for _ in range(5):
        await tell(mailing, nachtfalter)
        await mailing.server.look()
    assert len(post.received) == 1
    await mailing.pass_time(PAUSE)
    assert len(post.received) == 2
    await mailing.pass_time(PAUSE)
    assert len(post.received) == 2


async def test_a_notice_of_the_ladder_is_never_told_by_an_earlier_mail(mailing: House, post: MailServer) -> None:
    """It goes at once, however recently something else did, and takes along what waits."""
    berger = await mailing.counsellor("berger")
    await wants_mail(mailing, post, berger)
    await tell(mailing, berger, "thread_handed")
    await mailing.server.look()
    await tell(mailing, berger, "thread_handed")
    for number, one in enumerate(LADDER):
        await tell(mailing, berger, one)
        await mailing.server.look()
        assert len(post.received) == 2 + number
    await mailing.pass_time(PAUSE)
    assert len(post.received) == 4


async def test_quiet_hours_end_and_then_it_is_told(mailing: House, post: MailServer) -> None:
    """By the wall clock of the agency: half past seven in Münster, not in UTC."""
    berger = await mailing.counsellor("berger")
    await wants_mail(mailing, post, berger)
    await be_quiet(berger, 18, 7)
    mailing.clock.move_to(datetime(2026, 11, 24, 18, 0, tzinfo=ZoneInfo("Europe/Berlin")))
    await tell(mailing, berger, "thread_handed")
    await mailing.pass_time(timedelta(hours=12, minutes=59))
    assert post.received == []
    await mailing.pass_time(timedelta(minutes=1))
    assert len(post.received) == 1


async def test_quiet_hours_never_delay_a_promise(mailing: House, post: MailServer) -> None:
    """Each rung of a real ladder falls into them, and is told at once."""
    berger = await mailing.counsellor("berger")
    await wants_mail(mailing, post, berger)
    await be_quiet(berger, 1, 0)
    await enquire(mailing)
    await mailing.server.look()
    assert post.received == []
    await mailing.pass_time(timedelta(hours=24))
    assert len(post.received) == 1
    await mailing.pass_time(timedelta(hours=12))
    assert len(post.received) == 2


async def test_quiet_hours_never_delay_danger_to_a_life(mailing: House, post: MailServer) -> None:
    """Whoever asked for mail hears of it in the night as well."""
    berger = await mailing.counsellor("berger")
    await wants_mail(mailing, post, berger)
    await be_quiet(berger, 1, 0)
    await tell(mailing, berger, "thread_handed")
    await mailing.server.look()
    assert post.received == []
    await tell(mailing, berger, "life_in_danger")
    await mailing.server.look()
    assert len(post.received) == 1


async def test_a_client_hears_of_an_answer_and_a_counsellor_of_a_question(mailing: House, post: MailServer) -> None:
    """Of the first of each, not of every line; whoever writes hears nothing of it."""
    talking = await talk(mailing)
    client = await wants_mail(mailing, post, talking.client)
    counsellor = await wants_mail(mailing, post, talking.counsellor)
    for text in ("Guten Morgen.", "Ich bin da."):
        await talking.desk.write(text)
        await mailing.pass_time(timedelta(hours=1))
    assert post.addresses == [client]
    await talking.room.read()
    for text in ("Danke.", "Noch etwas."):
        await talking.room.write(text, clock="asks")
        await mailing.pass_time(timedelta(hours=1))
    assert post.addresses == [client, counsellor]


async def test_whoever_has_left_hears_nothing(mailing: House, post: MailServer) -> None:
    """Not of what was on its way either."""
    berger, hagemann = await mailing.counsellor("berger"), await mailing.coordinator("hagemann")
    await wants_mail(mailing, post, berger)
    await tell(mailing, berger)
    await hagemann.let_go(berger.account_id)
    await mailing.pass_time(timedelta(hours=1))
    assert post.received == []


# -- when something fails


async def test_while_nobody_takes_it_it_is_tried_again_ever_more_rarely(mailing: House, post: MailServer) -> None:
    """With the same Message-ID; what comes meanwhile is told by the same mail."""
    nachtfalter = await mailing.signed_up("nachtfalter")
    await wants_mail(mailing, post, nachtfalter)
    post.answers_to = ["451 not now"] * 3
    await tell(mailing, nachtfalter)
    await mailing.server.look()
    pauses = []
    for _ in range(3):
        row = await _planned(mailing)
        pauses.append((row - mailing.now()).total_seconds())
        await tell(mailing, nachtfalter)
        mailing.clock.move_to(row)
        await mailing.server.look()
    assert len(post.received) == 1
    assert [0.75 <= pause / expected <= 1.25 for pause, expected in zip(pauses, (30, 60, 120), strict=True)] == [
        True
    ] * 3
    await mailing.pass_time(timedelta(days=1))
    assert len(post.received) == 1


async def test_a_server_that_is_away_loses_nothing(mailing: House, post: MailServer) -> None:
    """Nobody listens there for hours; then the mail comes."""
    nachtfalter = await mailing.signed_up("nachtfalter")
    await wants_mail(mailing, post, nachtfalter)
    post.answers_data = ["421 going down"] * 12
    await tell(mailing, nachtfalter)
    for _ in range(12):
        await mailing.server.look()
        mailing.clock.move_to(await _planned(mailing))
    await mailing.server.look()
    assert len(post.received) == 1


async def test_after_a_day_it_is_given_up_and_the_person_sees_it(mailing: House, post: MailServer) -> None:
    """The next one that arrives ends that."""
    nachtfalter = await mailing.signed_up("nachtfalter")
    await wants_mail(mailing, post, nachtfalter)
    post.answers_to = ["451 not now"] * 100
    await tell(mailing, nachtfalter)
    begun = mailing.now()
    while await _open(mailing):
        await mailing.server.look()
        if await _open(mailing):
            mailing.clock.move_to(await _planned(mailing))
    assert timedelta(hours=24) <= mailing.now() - begun <= timedelta(hours=25, minutes=15)
    shown = (await ways_of(nachtfalter)).mail
    assert shown is not None
    assert shown.failed_at == mailing.now()
    post.answers_to = []
    await tell(mailing, nachtfalter)
    await mailing.pass_time(PAUSE)
    shown = (await ways_of(nachtfalter)).mail
    assert shown is not None
    assert (shown.failed_at, len(post.received)) == (None, 1)


async def test_an_address_that_is_not_there_is_not_tried_again(mailing: House, post: MailServer) -> None:
    """The server there has said so for good; the person sees it on their page."""
    nachtfalter = await mailing.signed_up("nachtfalter")
    await wants_mail(mailing, post, nachtfalter)
    post.answers_to = ["550 nobody here"]
    await tell(mailing, nachtfalter)
    await mailing.server.look()
    shown = (await ways_of(nachtfalter)).mail
    assert shown is not None
    assert shown.failed_at is not None
    await mailing.pass_time(timedelta(days=1))
    assert post.received == []


async def test_whoever_is_killed_after_it_was_taken_sends_it_again_under_the_same_id(
    mailing: House, post: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At least once; the mailbox knows that both are one."""
    nachtfalter = await mailing.signed_up("nachtfalter")
    await wants_mail(mailing, post, nachtfalter)
    await tell(mailing, nachtfalter)
    with monkeypatch.context() as killed:
        killed.setattr(jobs, "_end", _the_process_ends)
        await mailing.server.look()
    await end_leases(mailing)
    await mailing.server.look()
    assert len(post.ids) == 2
    assert len(set(post.ids)) == 1
    await end_leases(mailing)
    await mailing.pass_time(timedelta(days=1))
    assert len(post.ids) == 2


async def test_what_comes_after_a_mail_that_may_have_arrived_gets_one_of_its_own(
    mailing: House, post: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mailbox that drops the double must not drop the news with it."""
    nachtfalter = await mailing.signed_up("nachtfalter")
    await wants_mail(mailing, post, nachtfalter)
    await tell(mailing, nachtfalter, "promise_broken")
    with monkeypatch.context() as killed:
        killed.setattr(jobs, "_end", _the_process_ends)
        await mailing.server.look()
    await tell(mailing, nachtfalter, "promise_broken")
    await end_leases(mailing)
    await mailing.server.look()
    assert len(post.ids) == 3
    assert len(set(post.ids)) == 2


async def test_a_slow_mail_server_holds_up_nobody_else(mailing: House, post: MailServer) -> None:
    """Mails go side by side, and a promise is not waiting behind them."""
    people = [await mailing.signed_up(f"jemand{number}") for number in range(3)]
    for one in people:
        await wants_mail(mailing, post, one)
    together = asyncio.Barrier(len(people))

    async def when_all_are_here() -> None:
        await together.wait()

    post.when_taken = when_all_are_here
    for one in people:
        await tell(mailing, one)
    await mailing.server.look()
    assert len(post.received) == len(people)


async def test_what_was_sent_is_forgotten_after_a_week(mailing: House, post: MailServer) -> None:
    """Until then whoever operates can look."""
    nachtfalter = await mailing.signed_up("nachtfalter")
    await wants_mail(mailing, post, nachtfalter)
    await tell(mailing, nachtfalter)
    await mailing.server.look()
    mailing.clock.advance(timedelta(days=6))
    await jobs.sweep_deliveries(mailing.deps)
    assert len(await _all(mailing)) == 1
    mailing.clock.advance(timedelta(days=1))
    await jobs.sweep_deliveries(mailing.deps)
    assert await _all(mailing) == []


async def _the_process_ends(_tx: object, _due: object, _parcel: Parcel, *_more: object) -> None:
    raise RuntimeError("the process ends here")


async def _planned(house: House) -> datetime:
    """When the one delivery that waits is tried next."""
    async with house.deps.database.read() as db:
        query = select(due_work.c.due_at).where(due_work.c.kind == "deliver", due_work.c.done_at.is_(None))
        at: datetime = (await db.execute(query)).scalar_one()
    return at


async def _open(house: House) -> bool:
    return any(row.delivered_at is None and row.given_up_at is None for row in await _all(house))


async def _all(house: House) -> list:  # type: ignore[type-arg]  # rows of the table
    """What was told of, without codes."""
    async with house.deps.database.read() as db:
        return list(await db.execute(select(deliveries).where(deliveries.c.what == "news")))
