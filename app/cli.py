"""`python -m app <command>`. An operator's mistake gets one line, no traceback."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.wiring import Service

Command = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit code."""
    from sqlalchemy.exc import SQLAlchemyError

    from flows.errors import BadContent
    from locales import BadCatalogue
    from restitution.places_file import BadPlaces
    from store.crypto import BadKeys

    chosen = _parser().parse_args(arguments)
    try:
        return int(chosen.run(chosen) or 0)
    except BadContent as error:
        print(f"The content has mistakes; nothing was started.\n{error}", file=sys.stderr)
    except BadPlaces as error:
        print(f"The file has mistakes; nothing was imported.\n{error}", file=sys.stderr)
    except (BadKeys, BadCatalogue, OSError) as error:
        print(f"avant-bilan: {error}", file=sys.stderr)
    except SQLAlchemyError as error:
        # Its text may quote a row: the kind is enough to look into the database's own log.
        kind = type(error).__name__
        print(f"avant-bilan: the database cannot be reached, or refuses ({kind}). "
              "See AVANT_BILAN_DATABASE_URL.", file=sys.stderr)  # fmt: skip
    except KeyboardInterrupt:
        return 130
    return 1


def serve(chosen: argparse.Namespace) -> int:
    """Serve the web chat, the professionals' pages, the API, and Telegram when it has a token."""
    from app import workers
    from app.settings import Settings

    if chosen.workers > 1:
        workers.serve(Settings(), chosen.workers)
    else:
        _serve(_service())
    return 0


def demo(chosen: argparse.Namespace) -> int:
    """Make demo accounts, a campaign and made-up patients, say where to click, and serve."""
    from app import demonstration

    service = _service()
    print(asyncio.run(demonstration.prepare(service)), flush=True)
    _serve(service)
    return 0


def bot(chosen: argparse.Namespace) -> int:
    """Talk on Telegram only (polling), without web pages."""
    from app.web import telegram_config
    from bot.channels import telegram
    from store.turns import alone

    service = _service()
    if not service.settings.telegram_token:
        raise OSError("AVANT_BILAN_TELEGRAM_TOKEN is not set: ask @BotFather for one.")
    with alone(service.store.engine):
        asyncio.run(telegram.poll(service.desk, telegram_config(service)))
    return 0


def talk(chosen: argparse.Namespace) -> int:
    """Hold one conversation on this terminal."""
    from bot.channels import console
    from store.codes import new_token

    service = _service()

    async def line() -> str | None:
        try:
            return await asyncio.to_thread(input, "> ")
        except EOFError:
            return None

    async def run() -> None:
        await service.desk.start()
        await console.talk(service.desk, line, print, new_token(), chosen.language, chosen.campaign)
        await service.desk.stop()

    asyncio.run(run())
    return 0


def check(chosen: argparse.Namespace) -> int:
    """Check every content file and catalogue, naming all problems at once.

    With --review: list what nobody reviewed yet, and sources seen over 12 months ago.
    With --plain: how plain the French is, and each text beyond a limit without a written reason.
    """
    if chosen.plain:
        return _plain()
    import locales
    from app.settings import Settings
    from app.wiring import overlay
    from flows import words
    from flows.errors import BadContent
    from flows.loading import CONTENT, load
    from restitution import plan_choices
    from restitution.fiche_loading import load as load_sheets
    from restitution.library import load as load_library

    questions = _folder(chosen.content) or CONTENT
    advice = _folder(chosen.advice)
    spoken = questions / "words" if (questions / "words").is_dir() else words.FOLDER
    problems: list[str] = []
    laid = overlay(Settings())
    for read in (
        lambda: load(questions),
        lambda: load_library(advice, questions, overlay=laid),
        lambda: words.load(spoken),
        plan_choices.load,
        load_sheets,
    ):
        try:
            read()
        except BadContent as error:
            problems += error.problems
    if problems:
        raise BadContent(list(dict.fromkeys(problems)))
    shelf, library = load(questions), load_library(advice, questions, overlay=laid)
    if chosen.review:
        from restitution.status import report

        print(report(library.contents, chosen.on or _today()))
        return 0
    items = ", ".join(f"{band} {sum(q.official is not None for q in each.questions)}"
                      for band, each in shelf.questionnaires.items())  # fmt: skip
    print(f"Official items: {items}. Alerts: {len(shelf.alerts)}. "
          f"Tests: {len(shelf.instruments)}. Rules: {len(library.rules)}. "
          f"Languages: {', '.join(locales.offered())}. Nothing to mend.")  # fmt: skip
    return 0


def _plain() -> int:
    """The table of plain French; 1 when a text needs to be rewritten, or a reason written."""
    from locales.__main__ import french
    from locales.plain import beyond, lint, policy, report

    texts, limits = french(), policy()
    print(report(texts, limits))
    return 1 if beyond(lint(texts, limits), limits) else 0


def _folder(name: str | None) -> Path | None:
    """A folder the operator named, if any; it must be there."""
    if name and not Path(name).is_dir():
        raise OSError(f"there is no folder {name!r}")
    return Path(name) if name else None


def directory(chosen: argparse.Namespace) -> int:
    """Replace the directory of local places by a CSV file; a mistake is named by its row."""
    from app.directory import import_file

    print(import_file(_service(), Path(chosen.file), _today()))
    return 0


def graph(chosen: argparse.Namespace) -> int:
    """Draw a band's questionnaire with its conditions, as SVG."""
    from app.graph import draw
    from flows.loading import CONTENT, load, written

    shelf = load()
    if chosen.band not in shelf.questionnaires:
        raise OSError(f"no such band: {chosen.band!r}; there are {', '.join(shelf.questionnaires)}")
    svg = draw(shelf, chosen.band, written(CONTENT))
    if chosen.out:
        Path(chosen.out).write_text(svg, encoding="utf-8")
    else:
        print(svg)
    return 0


def invite(chosen: argparse.Namespace) -> int:
    """Make a campaign: its link, a QR poster, and personal cards when asked for."""
    from app.outreach import invite as make

    print(make(_service(), chosen.place, chosen.qpv, chosen.centre, chosen.cards, Path(chosen.out),
               chosen.practitioner))  # fmt: skip
    return 0


def account(chosen: argparse.Namespace) -> int:
    """Create a professional's account, start it again, or switch it off."""
    from app import accounts

    service = _service()
    if chosen.reset:
        print(accounts.reset(service, chosen.email))
    elif chosen.off:
        print(accounts.switch_off(service, chosen.email))
    else:
        print(accounts.open_account(service, chosen.email, chosen.name, chosen.profession,
                                    chosen.centre, chosen.role, chosen.rpps,
                                    chosen.link, chosen.subject))  # fmt: skip
    return 0


def centre(chosen: argparse.Namespace) -> int:
    """Create an organisation (centre, cpts, team), or list those there are.

    --watcher, --hours: who reads its urgent briefs and when; it receives none before.
    """
    from app import accounts

    print(accounts.organisations(_service(), chosen.name, chosen.kind, chosen.watcher,
                                 chosen.hours))  # fmt: skip
    return 0


def keys(chosen: argparse.Namespace) -> int:
    """Print a fresh set of keys, put a new one in front, wrap data keys again, or say what is used.

    new: a fresh set for AVANT_BILAN_KEYS. next: today's set with a new key in front. rotate: wraps
    every data key under the first one, while the service runs. check: which keys are still in use.
    """
    from app import safekeeping

    return safekeeping.keys(chosen.action, print)


def audit(chosen: argparse.Namespace) -> int:
    """Print the head of the audit chain, verify it, export it as JSON lines, or list contested.

    contested: the readings that patients say were not right, whoever read.
    """
    from app import safekeeping

    return safekeeping.audit(_service(), chosen.action, print)


def migrate(chosen: argparse.Namespace) -> int:
    """Bring the database up to date."""
    from app.settings import Settings
    from app.wiring import open_store
    from store.opening import bring_up

    bring_up(open_store(Settings()))
    print("The database is up to date.")
    return 0


def purge(chosen: argparse.Namespace) -> int:
    """Destroy what has been kept long enough; says how many of each."""
    from app.wiring import policy
    from store.retention import purge as run

    service = _service()
    for kind, count in run(service.store, policy(service.settings)).items():
        print(f"{kind}: {count}")
    return 0


def remind(chosen: argparse.Namespace) -> int:
    """Remind those who asked for it and have not finished; says how many."""
    from app.housekeeping import remind as run

    print(f"reminders: {run(_service())}")
    return 0


def outbox(chosen: argparse.Namespace) -> int:
    """Show the screens that were given up, without their content, or put them back."""
    from app.letters import put_back, shown

    service = _service()
    if chosen.action == "list":
        print(shown(service))
    elif chosen.action == "retry-all":
        print(put_back(service, None))
    elif chosen.number is None:
        raise OSError("say which one: `python -m app outbox retry NUMBER`")
    else:
        print(put_back(service, [chosen.number]))
    return 0


def misunderstood(chosen: argparse.Namespace) -> int:
    """List the questions people say they do not understand: sentences to write more simply."""
    from app.misunderstood import shown

    print(shown(_service()))
    return 0


def backup(chosen: argparse.Namespace) -> int:
    """Copy the SQLite database to a new file, while it serves; --keys: that of the data keys."""
    from app.settings import Settings
    from app.wiring import data_keys_url
    from store.backup import backup as run
    from store.database import open_database

    settings = Settings()
    address = data_keys_url(settings) if chosen.keys else settings.database_url
    size = run(open_database(address), Path(chosen.file))
    held = (
        "wrapped data keys: keep it apart from the answers"
        if chosen.keys
        else ("sealed answers; their data keys are not in it (`--keys`)")
    )
    print(f"{chosen.file}: {size} bytes, checked. It holds {held}.")
    return 0


def restore(chosen: argparse.Namespace) -> int:
    """Put a copy made by `backup` in the place of the SQLite database; nobody may be serving."""
    from app.settings import Settings
    from app.wiring import open_store
    from store.backup import restore as run

    store = open_store(Settings())
    aside = run(store.engine, Path(chosen.file), store.keys, store.vault)
    print("Restored. Who was erased since that copy stays erased: their data keys are gone.")
    if aside is not None:
        print(f"The old database lies in {aside}: delete it once you are sure.")
    return 0


def move(chosen: argparse.Namespace) -> int:
    """Copy the SQLite database to an empty PostgreSQL one and check every row."""
    from app.settings import Settings
    from app.wiring import open_store
    from store.database import open_database
    from store.moving import move as run

    moved = run(open_store(Settings()), open_database(chosen.to), chosen.keys_to)
    for name, count in moved.items():
        print(f"{name}: {count}")
    print("Every row is the same on both sides. Now set AVANT_BILAN_DATABASE_URL to the new one.")
    return 0


def erase(chosen: argparse.Namespace) -> int:
    """Erase one interview by its id or its code: the data key is destroyed, its rows go."""
    from store import access, trail

    service = _service()
    with service.store.transaction() as transaction:
        found = access.interview_of(transaction, chosen.interview)
        if found is None:
            raise OSError("there is no such interview")
        transaction.erase(found)
        trail.audit(transaction, trail.OPERATOR, "erase")
    print("Erased.")
    return 0


def export(chosen: argparse.Namespace) -> int:
    """Write all that is kept of one interview as JSON, for the person who asks; leaves a trace."""
    from app import safekeeping

    print(safekeeping.export(_service(), chosen.interview))
    return 0


def voice(chosen: argparse.Namespace) -> int:
    """Say what lacks a recording, draft it with espeak-ng, or take note of recordings.

    check: missing, drafts, not reviewed, orphans. draft: what nobody recorded, by a machine. note:
    files put in the folder; with --by and --on, signs them as listened to.
    """
    from app import voice as recordings
    from app.settings import Settings

    settings = Settings()
    if chosen.action == "check":
        told, todo = recordings.check(settings, chosen.language)
        print(told)
        return int(todo)
    if not chosen.language:
        raise OSError(f"say which language: `python -m app voice {chosen.action} --language fr`")
    if chosen.action == "draft":
        print(recordings.draft(settings, chosen.language, chosen.safety, _today()))
    else:
        print(recordings.note(settings, chosen.language, _today(), chosen.by, chosen.on,
                              tuple(chosen.what or ["*"])))  # fmt: skip
    return 0


def _today() -> date:
    return datetime.now().astimezone().date()


def _service() -> Service:
    from app.logging import configure
    from app.settings import Settings
    from app.wiring import build

    settings = Settings()
    configure(settings.log_format)
    return build(settings)


def _serve(service: Service) -> None:
    import uvicorn

    from app.web import create
    from app.workers import SHUTDOWN, settle
    from store.turns import alone

    settings = service.settings
    with alone(service.store.engine):
        application = create(service)
        settle()
        uvicorn.run(
            application, host=settings.host, port=settings.port, log_config=None,
            log_level="warning", access_log=False, server_header=False,
            timeout_graceful_shutdown=SHUTDOWN,
        )  # fmt: skip


COMMANDS: dict[str, Command] = {
    "serve": serve, "demo": demo, "bot": bot, "talk": talk, "check": check, "graph": graph,
    "directory": directory,
    "invite": invite, "account": account, "centre": centre, "keys": keys, "migrate": migrate,
    "purge": purge, "erase": erase, "remind": remind, "outbox": outbox, "backup": backup,
    "restore": restore, "move": move, "audit": audit, "export": export,
    "misunderstood": misunderstood,
    "voice": voice,
}  # fmt: skip


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m app", description="Avant-bilan")
    commands = parser.add_subparsers(metavar="command", required=True)
    made = {}
    for name, run in COMMANDS.items():
        made[name] = commands.add_parser(name, help=run.__doc__, description=run.__doc__)
        made[name].set_defaults(run=run)
    made["talk"].add_argument("--language", default="fr")
    made["talk"].add_argument("--campaign", default="", help="an invitation's token")
    made["check"].add_argument("--content", help="another folder like flows/content")
    made["check"].add_argument("--advice", help="another folder like restitution/content")
    made["check"].add_argument("--review", action="store_true", help="list what is unreviewed")
    made["check"].add_argument("--plain", action="store_true", help="how plain the French is")
    made["check"].add_argument("--on", type=date.fromisoformat, metavar="DATE",
                               help="the day to reckon from (default: today)")  # fmt: skip
    made["directory"].add_argument("action", choices=("import",))
    made["directory"].add_argument("file", help="a CSV file, as spreadsheets write it")
    made["graph"].add_argument("band", help="18-25, 45-50, 60-65 or 70-75")
    made["graph"].add_argument("--out", help="file to write (default: printed)")
    made["invite"].add_argument("place", help="where it happens, as people know it")
    made["invite"].add_argument("--qpv", help="code of the priority neighbourhood")
    made["invite"].add_argument("--centre", help="name of the centre that receives")
    made["invite"].add_argument("--practitioner", metavar="EMAIL",
                                help="account of the one person it is from")  # fmt: skip
    made["invite"].add_argument("--cards", type=int, default=0, help="personal cards to print")
    made["invite"].add_argument("--out", default=".", help="folder for the PDFs")
    made["account"].add_argument("email")
    made["account"].add_argument("--name", default="")
    made["account"].add_argument("--profession", default="médecin")
    made["account"].add_argument("--centre")
    made["account"].add_argument("--role", default="practitioner",
                                 choices=("practitioner", "outreach", "admin",
                                          "auditor"))  # fmt: skip
    made["account"].add_argument("--rpps", help="number, for Pro Santé Connect")
    made["account"].add_argument("--subject", help="`sub` at another identity provider")
    made["account"].add_argument("--link", action="store_true",
                                 help="print a link that serves once, no password")  # fmt: skip
    made["account"].add_argument("--reset", action="store_true",
                                 help="everything of how it opens goes; prints a link")  # fmt: skip
    made["account"].add_argument("--off", action="store_true", help="end this account")
    made["centre"].add_argument("name", nargs="?", help="none: list")
    made["centre"].add_argument("--kind", default="centre", choices=("centre", "cpts", "team"))
    made["centre"].add_argument("--watcher", default="", help="who reads its urgent briefs")
    made["centre"].add_argument("--hours", default="", help="and when, as people say it")
    made["serve"].add_argument("--workers", type=int, default=1,
                               help="processes (PostgreSQL only)")  # fmt: skip
    made["outbox"].add_argument("action", nargs="?", default="list",
                                choices=("list", "retry", "retry-all"))  # fmt: skip
    made["outbox"].add_argument("number", nargs="?", type=int)
    made["backup"].add_argument("file", help="a file that does not exist yet")
    made["backup"].add_argument("--keys", action="store_true", help="the data keys instead")
    made["restore"].add_argument("file", help="a copy made by `backup`")
    made["move"].add_argument("--to", required=True, help="postgresql://…, an empty database")
    made["move"].add_argument("--keys-to", help="another one for the data keys")
    made["keys"].add_argument("action", choices=("new", "next", "rotate", "check"))
    _voice_arguments(made["voice"])
    made["audit"].add_argument("action", choices=("head", "verify", "export", "contested"))
    made["erase"].add_argument("interview", help="its id, or the person's code")
    made["export"].add_argument("interview", help="its id, or the person's code")
    return parser


def _voice_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=("check", "draft", "note"))
    parser.add_argument("--language", help="one of the folder's, like fr")
    parser.add_argument("--safety", action="store_true", help="draft safety and scored texts too")
    parser.add_argument("--by", default="", help="who listened to them")
    parser.add_argument("--on", type=date.fromisoformat, metavar="DATE")
    parser.add_argument("--what", action="append", help="only these, like « card * »")
