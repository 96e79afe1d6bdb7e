"""How people say that they want mail, and that they do not want it any more."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from chatserver.deps import work
from chatserver.notices.actions import tell_notice
from chatserver.tables import codes_sent, deliveries, due_work, ways
from chatserver.ways.jobs import sweep_ways
from chatserver.ways.wire import RemoveBrowser, Ways
from tests.api.house import House
from tests.mail_server import MailServer
from tests.person import Person
from tests.person_web import Refused
from tests.ways import be_quiet, code_in, confirm, enter, remove_mail, wants_mail, ways_of

NOBODYS = "nobody@post.example"


async def _told(house: House, *people: Person) -> None:
    async with work(house.deps) as tx:
        await tell_notice(tx, [one.account_id for one in people], "enquiry_taken", now=house.now())


async def _rows(house: House) -> list[int]:
    """How many ways, deliveries, counted codes, and deliveries that are planned."""
    planned = select(func.count()).select_from(due_work).where(due_work.c.kind == "deliver")
    async with house.deps.database.read() as db:
        counts = [select(func.count()).select_from(table) for table in (ways, deliveries, codes_sent)]
        return [(await db.execute(query)).scalar_one() for query in (*counts, planned)]


async def test_nobody_who_has_not_asked_gets_mail(mailing: House, post: MailServer) -> None:
    """Off by default: nothing is stored, nothing is sent."""
    nachtfalter = await mailing.signed_up("nachtfalter")
    found = await ways_of(nachtfalter)
    assert (found.mail_offered, found.mail, found.browsers, found.quiet, found.push_key) == (True, None, [], None, None)
    await _told(mailing, nachtfalter)
    await mailing.server.look()
    assert (post.received, await _rows(mailing)) == ([], [0, 0, 0, 0])


async def test_a_server_that_sends_no_mail_takes_no_address(house: House) -> None:
    """What would never be used is not stored."""
    nachtfalter = await house.signed_up("nachtfalter")
    assert not (await ways_of(nachtfalter)).mail_offered
    with pytest.raises(Refused, match="not_found"):
        await enter(nachtfalter, NOBODYS)


async def test_only_a_confirmed_address_is_told(mailing: House, post: MailServer) -> None:
    """Anybody can type anybody's address; the code reaches only whoever reads its mail."""
    nachtfalter = await mailing.signed_up("nachtfalter")
    entered = await enter(nachtfalter, "falter@post.example")
    assert entered.mail is not None
    assert not entered.mail.confirmed
    await _told(mailing, nachtfalter)
    await mailing.server.look()
    assert len(post.received) == 1
    shown = await confirm(nachtfalter, f" {code_in(post.mails[0])[:3]} {code_in(post.mails[0])[3:]}\n")
    assert shown.mail is not None
    assert shown.mail.confirmed
    await _told(mailing, nachtfalter)
    await mailing.server.look()
    assert post.addresses == ["falter@post.example"] * 2


async def test_after_five_wrong_codes_the_right_one_is_void(mailing: House, post: MailServer) -> None:
    """Nobody guesses a code; a new one is another one."""
    nachtfalter = await mailing.signed_up("nachtfalter")
    await enter(nachtfalter, NOBODYS)
    await mailing.server.look()
    code = code_in(post.mails[0])
    for _ in range(5):
        with pytest.raises(Refused, match="mail_code_wrong"):
            await confirm(nachtfalter, "000000" if code != "000000" else "111111")
    with pytest.raises(Refused, match="mail_code_wrong"):
        await confirm(nachtfalter, code)
    await enter(nachtfalter, NOBODYS)
    await mailing.server.look()
    with pytest.raises(Refused, match="mail_code_wrong"):
        await confirm(nachtfalter, code)
    assert (await confirm(nachtfalter, code_in(post.mails[1]))).mail is not None


async def test_a_code_is_void_after_half_an_hour(mailing: House, post: MailServer) -> None:
    """And what was entered is forgotten soon after."""
    nachtfalter = await mailing.signed_up("nachtfalter")
    await enter(nachtfalter, NOBODYS)
    await mailing.server.look()
    mailing.clock.advance(timedelta(minutes=30))
    with pytest.raises(Refused, match="mail_code_wrong"):
        await confirm(nachtfalter, code_in(post.mails[0]))


async def test_a_code_of_somebody_else_confirms_nothing(mailing: House, post: MailServer) -> None:
    """Both have entered the same address; each code is for one of them."""
    nachtfalter, luisa = await mailing.signed_up("nachtfalter"), await mailing.signed_up("luisa7")
    await enter(nachtfalter, NOBODYS)
    await mailing.server.look()
    await enter(luisa, NOBODYS)
    with pytest.raises(Refused, match="mail_code_wrong"):
        await confirm(luisa, code_in(post.mails[0]))


async def test_a_repeated_confirmation_gets_the_answer(mailing: House, post: MailServer) -> None:
    """The first answer may have got lost."""
    nachtfalter = await mailing.signed_up("nachtfalter")
    await enter(nachtfalter, NOBODYS)
    await mailing.server.look()
    first = await confirm(nachtfalter, code_in(post.mails[0]))
    assert await confirm(nachtfalter, code_in(post.mails[0])) == first


async def test_one_person_cannot_have_many_codes_sent(mailing: House) -> None:
    """Not to many addresses either; a day later it goes on."""
    nachtfalter = await mailing.signed_up("nachtfalter")
    for number in range(5):
        await enter(nachtfalter, f"somebody{number}@post.example")
    with pytest.raises(Refused, match="too_many_requests"):
        await enter(nachtfalter, NOBODYS)
    mailing.clock.advance(timedelta(days=1))
    await enter(nachtfalter, NOBODYS)


async def test_many_people_cannot_fill_one_mailbox_and_learn_nothing_of_each_other(
    mailing: House, post: MailServer
) -> None:
    """The sixth gets the same answer as the first, however the address is written; no mail goes out."""
    answers = []
    for number in range(6):
        somebody = await mailing.signed_up(f"jemand{number}")
        answers.append(await enter(somebody, "Nobody@Post.example" if number % 2 else NOBODYS))
        await mailing.server.look()
    assert len(post.received) == 5
    for answer in answers:
        assert answer.mail is not None
        answer.mail.address = answer.mail.address.lower()
    assert answers == [answers[0]] * 6


@pytest.mark.parametrize(
    "address",
    ["", "nobody", "nobody@post", "a@b.example, c@d.example", "a@b.example\r\nBcc: c@d.example", "ü@post.example",
     "@post.example", "a b@post.example", "a@[127.0.0.1]", f"{'a' * 65}@post.example", f"a@{'b.' * 130}example"],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["sqlite"])
async def test_what_is_no_address_is_refused(mailing: House, address: str) -> None:
    """Nothing gets into a mail's head that is not one address."""
    nachtfalter = await mailing.signed_up("nachtfalter")
    with pytest.raises(Refused, match="mail_address_invalid"):
        await enter(nachtfalter, address)


async def test_whoever_takes_the_address_away_leaves_nothing(mailing: House, post: MailServer) -> None:
    """No row of it, and nothing that was still to be sent; a second address replaces the first."""
    nachtfalter = await mailing.signed_up("nachtfalter")
    await wants_mail(mailing, post, nachtfalter)
    await _told(mailing, nachtfalter)
    assert (await remove_mail(nachtfalter)).mail is None
    assert await _rows(mailing) == [0, 0, 1, 0]
    await mailing.pass_time(timedelta(hours=1))
    assert post.received == []
    await wants_mail(mailing, post, nachtfalter)
    replaced = await enter(nachtfalter, NOBODYS)
    assert replaced.mail is not None
    assert (replaced.mail.address, replaced.mail.confirmed) == (NOBODYS, False)


async def test_another_language_needs_no_other_code(mailing: House, post: MailServer) -> None:
    """The address is confirmed already."""
    nachtfalter = await mailing.signed_up("nachtfalter")
    address = await wants_mail(mailing, post, nachtfalter)
    chosen = await enter(nachtfalter, address, "en")
    assert chosen.mail is not None
    assert (chosen.mail.language, chosen.mail.confirmed) == ("en", True)
    await mailing.server.look()
    assert post.received == []


async def test_an_address_that_nobody_confirms_is_forgotten(mailing: House) -> None:
    """So is how many codes were sent, a day later."""
    nachtfalter = await mailing.signed_up("nachtfalter")
    await enter(nachtfalter, NOBODYS)
    mailing.clock.advance(timedelta(minutes=59))
    await sweep_ways(mailing.deps)
    assert await _rows(mailing) == [1, 1, 1, 1]
    mailing.clock.advance(timedelta(days=1))
    await sweep_ways(mailing.deps)
    assert await _rows(mailing) == [0, 0, 0, 0]


async def test_a_deleted_account_leaves_no_address(mailing: House, post: MailServer) -> None:
    """The address is the one thing that the server could read of a client."""
    nachtfalter = await mailing.signed_up("nachtfalter")
    await wants_mail(mailing, post, nachtfalter)
    await _told(mailing, nachtfalter)
    await nachtfalter.delete_account()
    assert await _rows(mailing) == [0, 0, 0, 0]


async def test_new_keys_end_the_mail(mailing: House, post: MailServer) -> None:
    """Whoever was logged in may have entered an address of their own."""
    nachtfalter = await mailing.signed_up("nachtfalter")
    await wants_mail(mailing, post, nachtfalter)
    await nachtfalter.renew_identity("neun grüne gießkannen im regen")
    assert (await ways_of(nachtfalter)).mail is None


async def test_quiet_hours_are_for_those_who_work_here(mailing: House) -> None:
    """They do not exist for clients; a whole day of them is none."""
    nachtfalter, berger = await mailing.signed_up("nachtfalter"), await mailing.counsellor("berger")
    with pytest.raises(Refused, match="not_found"):
        await be_quiet(nachtfalter, 20, 7)
    with pytest.raises(Refused, match="malformed"):
        await be_quiet(berger, 7, 7)
    shown = (await be_quiet(berger, 20, 7)).quiet
    assert shown is not None
    assert (shown.begins, shown.ends) == (1200, 420)
    assert (await ways_of(berger)).quiet == shown


async def test_nobody_touches_the_ways_of_others(mailing: House) -> None:
    """Not yours and not there are one answer."""
    nachtfalter = await mailing.signed_up("nachtfalter")
    with pytest.raises(Refused, match="not_found"):
        await nachtfalter.browser.post("/api/ways/browsers/{way}/removal", RemoveBrowser("ab" * 16), Ways)
    with pytest.raises(Refused, match="session_expired"):
        await ways_of(mailing.client("niemand"))
