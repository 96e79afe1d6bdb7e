"""What those do who run an agency: founding, inviting, accepting, signing in, letting go. By the words on the pages."""

import re
from dataclasses import dataclass

from playwright.async_api import Locator, expect

from tests.browser.pages import Reading


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody who works at an agency, with what they log in with."""

    shown: str
    name: str
    password: str


@dataclass(frozen=True, slots=True)
class Paper:
    """What lay in the printer: two keys, in groups."""

    root: list[str]
    successor: list[str]


async def found(page: Reading, founder: Worker, agency: str) -> Paper:
    """From the link that the command line printed to an agency, its two sheets and the founder's recovery code."""
    await page.heading("founding_what_title")
    await page.button("founding_begin").click()
    await page.heading("founding_plan_title")
    await expect(page.page.get_by_text(agency)).to_be_visible()
    await page.button("founding_plan_right").click()
    await page.field("founding_you_shown").fill(founder.shown)
    await say_login(page, founder)
    await page.button("go_on").click()
    paper = await print_sheets(page)
    await retype(page, paper)
    await page.button("founding_found").click()
    await page.set_up_app(founder.name)
    await page.retype_code()
    await expect(page.text("team_founded", agency=agency)).to_be_visible()
    return paper


async def say_login(page: Reading, worker: Worker) -> None:
    """Name and password on whichever page asks for them."""
    await page.field("staff_name_label").fill(worker.name)
    await page.field("password_label").fill(worker.password)


async def print_sheets(page: Reading) -> Paper:
    """Each key is on a sheet of its own, and nothing else of the page is printed."""
    await page.heading("founding_pages_title")
    await page.page.emulate_media(media="print")
    sheets = page.page.get_by_role("article")
    await expect(sheets).to_have_count(2)
    await expect(page.button("founding_pages_done")).to_be_hidden()
    await page.page.emulate_media(media="screen")
    root, successor = [await groups_on(sheet) for sheet in await sheets.all()]
    await page.button("founding_pages_done").click()
    return Paper(root, successor)


async def groups_on(sheet: Locator) -> list[str]:
    """The sixteen groups of a key."""
    groups = [text.strip() for text in await sheet.get_by_role("listitem").all_inner_texts()]
    assert len(groups) == 16
    return groups


async def retype(page: Reading, paper: Paper) -> None:
    """Two groups of each sheet; one mistaken is refused and harms nothing."""
    await page.heading("founding_confirm_title")
    for title, groups in (("sheet_root_title", paper.root), ("sheet_successor_title", paper.successor)):
        for field in await page.page.get_by_role("group", name=page.exactly(title)).get_by_role("textbox").all():
            await field.fill("zzzz")
            await page.button("go_on").click()
            await page.refused("groups_differ")
            await field.fill(groups[await number_of(field) - 1])
    await page.button("go_on").click()


async def number_of(field: Locator) -> int:
    """Which group a field asks for, as its label says."""
    label = str(await field.evaluate("field => field.labels[0].textContent"))
    found = re.search(r"\d+", label)
    assert found is not None
    return int(found[0])


async def invite(page: Reading, name: str, *, coordinates: bool = False) -> str:
    """Gives the path of the link, which stands on the page once."""
    await page.field("team_invite_name").fill(name)
    await page.page.get_by_role("checkbox", name=page.exactly("team_invite_coordinates")).set_checked(coordinates)
    await page.button("team_invite_button").click()
    await expect(page.page.get_by_role("heading", name=page.says("team_link_title", name=name))).to_be_visible()
    link = await page.field("team_link_label").first.input_value()
    await page.button("team_link_done").click()
    await expect(page.page.locator("body")).not_to_contain_text(link)
    return "/invitation" + link.partition("/invitation")[2]


async def accept(page: Reading, worker: Worker, agency: str) -> str:
    """Makes the keys. Gives the number that must be the same on the coordinator's page."""
    await page.heading("invited_title")
    await expect(page.text("invited_by", agency=agency)).to_be_visible()
    await page.button("go_on").click()
    await page.heading("invited_you_title")
    await say_login(page, worker)
    await page.button("invited_accept").click()
    await page.set_up_app(worker.name)
    await page.heading("invited_wait_title")
    await page.retype_code()
    await expect(page.text("invited_number")).to_be_visible()
    return await number_in(page.page.locator("body"))


async def number_in(part: Locator) -> str:
    """Sixty digits in groups of five."""
    groups = re.findall(r"\b\d{5}\b", await part.inner_text())
    assert len(groups) == 12
    return " ".join(groups)


async def certify(page: Reading, newcomer: Worker, number: str, root: list[str] | None = None) -> None:
    """Compares the number and signs; for somebody who coordinates with the key from sheet 1."""
    card = page.page.locator("form").filter(has=page.page.get_by_role("heading", name=newcomer.shown))
    assert await number_in(card) == number
    if root is not None:
        await card.get_by_role("textbox", name=page.exactly("team_root_label")).fill(" ".join(root))
    await card.get_by_role("button", name=page.says("team_certify", name=newcomer.shown)).click()
    await expect(colleague(page, newcomer)).to_be_visible()


def colleague(page: Reading, worker: Worker) -> Locator:
    """A line of the list of those who work here."""
    people = page.page.get_by_role("region", name=page.exactly("team_people"))
    return people.get_by_role("listitem").filter(has_text=worker.shown)
