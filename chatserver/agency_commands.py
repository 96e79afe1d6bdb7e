"""`sprechraum agency …`: planning an agency, also while a server runs, and seeing what there is."""

import argparse
from typing import Any

from chatserver.agencies.topics import TOPICS
from chatserver.area_commands import add_area_commands
from chatserver.at_hand import at_hand
from chatserver.config import Config, ConfigInvalid
from chatserver.deps import Deps
from chatserver.errors import AgencyNameTaken
from chatserver.foundings.actions import Overview, keep_plan, list_plans
from chatserver.foundings.intake import post
from chatserver.foundings.model import EVERYWHERE, Founding, Plan, PlanInvalid, check_plan, new_founding
from chatserver.letters import until_taken_in
from chatserver.main import saying_why
from chatserver.settings_commands import add_settings_commands


async def create(config: Config, **planned: Any) -> int:
    """Plans an agency and prints the one-time link by which a coordinator founds it."""
    try:
        plan = check_plan(Plan(**planned))
    except PlanInvalid as reason:
        raise ConfigInvalid(str(reason)) from reason
    async with at_hand(config) as (deps, alone):
        made, token = new_founding(plan, deps.now())
        try:
            await (keep_plan(deps, made) if alone else _hand_over(deps, made))
        except AgencyNameTaken as reason:
            raise ConfigInvalid(f"--name: {reason.sentence}") from reason
    print(f"{config.address}/founding#{token}")
    print(f"Whoever opens this link founds {plan.name}. It holds until {made.expires_at:%Y-%m-%d %H:%M} UTC, once.")
    return 0


async def list_agencies(config: Config) -> int:
    """Prints the agencies and the plans that nobody has founded yet."""
    async with at_hand(config) as (deps, _):
        seen, now = await list_plans(deps), deps.now()
    for name in seen.agencies.values():
        print(f"founded  {name}")
    for one in seen.plans:
        if one.agency_id is None:
            state = f"until {one.expires_at:%Y-%m-%d %H:%M} UTC" if one.open_at(now) else "link expired"
            print(f"planned  {one.plan.name} ({state})")
    if not seen.agencies and not seen.plans:
        print("There is no agency yet. Plan one: sprechraum agency create --name …")
    return 0


async def _hand_over(deps: Deps, made: Founding) -> None:
    """Leaves the plan for the running server, and waits until it has taken it in. Raises AgencyNameTaken."""
    with saying_why(deps.config):
        _check_free(await list_plans(deps), made)
        await until_taken_in(post(deps.config.var, made))
        seen = await list_plans(deps)
    if made.id not in {one.id for one in seen.plans}:
        raise AgencyNameTaken


def _check_free(seen: Overview, made: Founding) -> None:
    if made.plan.name in seen.agencies.values():
        raise AgencyNameTaken


def add_agency_commands(commands: Any) -> list[argparse.ArgumentParser]:
    """Adds `agency create` and `agency list`, and gives their parsers for the options that all commands have."""
    agency = commands.add_parser("agency", help="plan an agency, or see which there are")
    below = agency.add_subparsers(required=True, metavar="COMMAND")
    making = below.add_parser("create", help="plan an agency; prints a one-time link", description=create.__doc__)
    making.add_argument("--name", required=True, help="what clients and the roster call it")
    making.add_argument("--about-de", default="Online-Beratung.", metavar="TEXT", help="one sentence in German")
    making.add_argument("--about-en", default="Online counselling.", metavar="TEXT", help="one sentence in English")
    making.add_argument("--address", default="", metavar="TEXT", help="where it is, for whoever comes by")
    making.add_argument("--phone", default="", metavar="NUMBER")
    making.add_argument("--zone", default="Europe/Berlin", help="its time zone (Europe/Berlin)")
    every = ",".join(one.code for one in TOPICS)
    making.add_argument("--topics", type=_words, default=_words(every), metavar="A,B", help=f"of {every} (all)")
    making.add_argument(
        "--areas", type=_words, default=list(EVERYWHERE), metavar="A,B-C", help="postal codes, as 48143-48167 (all)"
    )
    making.add_argument("--fallback", action="store_true", help="it answers where no other agency is responsible")
    wishes = ("name", "about_de", "about_en", "address", "phone", "zone", "topics", "areas", "fallback")
    making.set_defaults(run=create, wishes=wishes)
    listing = below.add_parser("list", help="agencies and plans", description=list_agencies.__doc__)
    listing.set_defaults(run=list_agencies, wishes=())
    return [making, listing, *add_area_commands(below), *add_settings_commands(below)]


def _words(text: str) -> list[str]:
    return [one.strip() for one in text.split(",") if one.strip()]
