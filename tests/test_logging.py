"""No log line can carry what a person said, whichever way it tries."""

from __future__ import annotations

import ast
import asyncio
import gc
import io
import json
import logging
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy
import structlog

from app.logging import KEYS, configure

ROOT = Path(__file__).parent.parent
OURS = ("flows", "restitution", "store", "bot", "api", "locales", "app")
SAID = "idees-noires-42"
LEVELS = ("debug", "info", "warning", "error", "exception", "critical")


@pytest.fixture(params=["json", "console"])
def written(request) -> Iterator[io.StringIO]:
    """Everything logged during a test, in each form; the process is put back as it was."""
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook, warnings.showwarning
    handlers, level = logging.root.handlers[:], logging.root.level
    levels = {each: logging.getLogger(each).level for each in list(logging.root.manager.loggerDict)}
    out = io.StringIO()
    configure(request.param, out)
    yield out
    sys.excepthook, threading.excepthook, sys.unraisablehook, warnings.showwarning = hooks
    logging.root.handlers[:], logging.raiseExceptions = handlers, True
    logging.root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)
    structlog.reset_defaults()


def test_keys_off_the_list_are_dropped(written):
    structlog.get_logger().info("answered", answer=SAID, said=[SAID], name=SAID, count=3)
    assert SAID not in written.getvalue()
    assert "answered" in written.getvalue()
    assert "3" in written.getvalue()


@pytest.mark.parametrize(
    "value", [f"il a dit {SAID}", [SAID], {"a": SAID}, ValueError(SAID), ("x", SAID)]
)
def test_a_listed_key_takes_plain_values_only(written, value):
    structlog.get_logger().info("answered", error=value)
    assert SAID not in written.getvalue()


@pytest.mark.parametrize("event", [f"x\n{SAID}", SAID * 10, ValueError(SAID), [SAID]])
def test_an_event_is_a_short_text(written, event):
    structlog.get_logger().warning(event)
    assert SAID not in written.getvalue()
    assert "unnamed event" in written.getvalue()


def test_what_is_put_into_our_own_message_is_dropped(written):
    structlog.get_logger().warning("said %s", SAID)
    structlog.get_logger().bind(said=SAID).warning("said")
    structlog.contextvars.bind_contextvars(said=SAID)
    structlog.get_logger().warning("said")
    structlog.contextvars.clear_contextvars()
    assert SAID not in written.getvalue()


def test_an_exception_gives_its_type_and_where_it_passed_and_never_its_text(written):
    try:
        try:
            raise KeyError(SAID)
        except KeyError as error:
            raise ValueError(f"cannot read {SAID}") from error
    except ValueError:
        structlog.get_logger().exception("not handled")
    text = written.getvalue()
    assert SAID not in text
    assert "ValueError" in text
    assert "KeyError" in text
    assert "tests/test_logging.py:" in text


@pytest.mark.parametrize(
    "name",
    ["uvicorn.error", "uvicorn.access", "aiogram.event", "sqlalchemy.engine", "asyncio", "x.y"],
)
def test_a_librarys_message_gives_its_place_and_not_what_was_put_into_it(written, name):
    logger = logging.getLogger(name)
    logger.error("update %s is handled", SAID)
    logger.error(f"update {SAID}")
    logger.error(ValueError(SAID))
    logger.error("%d", SAID)  # cannot be formatted
    logger.error("stack", stack_info=True, extra={"said": SAID})
    text = written.getvalue()
    assert SAID not in text
    assert text.count("library message") == 5
    assert "tests/test_logging.py:" in text


def test_a_logger_with_its_own_handler_is_brought_back(capsys):
    logger = logging.getLogger("shouting")
    logger.addHandler(logging.StreamHandler(sys.stderr))
    logger.propagate = False
    handlers, level = logging.root.handlers[:], logging.root.level
    out = io.StringIO()
    configure("json", out)
    logger.error(SAID)
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)
    structlog.reset_defaults()
    assert SAID not in capsys.readouterr().err
    assert "shouting" in out.getvalue()


def test_a_database_error_does_not_quote_the_row(written):
    engine = sqlalchemy.create_engine("sqlite://")
    try:
        with engine.connect() as connection:
            connection.execute(sqlalchemy.text("SELECT * FROM nowhere WHERE a = :a"), {"a": SAID})
    except sqlalchemy.exc.OperationalError as error:
        assert SAID in str(error)
        logging.getLogger("uvicorn.error").error("Exception in ASGI application\n", exc_info=error)
    assert SAID not in written.getvalue()
    assert "OperationalError" in written.getvalue()
    assert "Exception in ASGI application" in written.getvalue()


def test_a_lost_task_is_told_without_its_text(written):
    async def lost() -> None:
        async def fail() -> None:
            raise ValueError(SAID)

        task = asyncio.create_task(fail(), name=SAID)
        await asyncio.sleep(0)
        del task

    asyncio.run(lost())
    gc.collect()
    assert SAID not in written.getvalue()
    assert "Task exception was never retrieved" in written.getvalue()
    assert "ValueError" in written.getvalue()


def test_a_port_in_use_is_named(written):
    logging.getLogger("uvicorn.error").error(OSError(98, f"in use by {SAID}"))
    assert "OSError EADDRINUSE" in written.getvalue()
    assert SAID not in written.getvalue()


def test_a_closed_stream_stops_nothing():
    handlers, level = logging.root.handlers[:], logging.root.level
    out = io.StringIO()
    configure("json", out)
    out.close()
    structlog.get_logger().error("not handled")
    logging.getLogger("x").error("not handled")
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)
    structlog.reset_defaults()


UNCAUGHT = """
import threading, warnings
from app.logging import configure
configure("json")
class Heavy:
    def __del__(self): raise ValueError("{said}")
Heavy()
def fail(): raise KeyError("{said}")
thread = threading.Thread(target=fail); thread.start(); thread.join()
warnings.warn("{said}")
raise RuntimeError("{said}")
"""


def test_what_nobody_caught_goes_the_same_way():
    ran = subprocess.run(
        [sys.executable, "-c", UNCAUGHT.replace("{said}", SAID)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 1
    assert SAID not in ran.stderr + ran.stdout
    lines = [json.loads(line) for line in ran.stderr.splitlines()]
    told = [line["errors"] for line in lines]
    assert told == [["ValueError"], ["KeyError"], ["UserWarning"], ["RuntimeError"]]


def _calls() -> Iterator[tuple[str, ast.Call]]:
    """Every call of a logger in our code, and where."""
    for package in OURS:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Attribute)
                    and node.func.attr in (*LEVELS, "bind", "msg", "log")
                    and isinstance(node.func.value, ast.Name)
                    and node.func.value.id in ("log", "logger", "logging")
                ):
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", node


@pytest.mark.parametrize(
    ("where", "call"), [each for each in _calls() if "app/logging" not in each[0]]
)
def test_our_events_are_fixed_texts_with_listed_keys(where, call):
    assert [type(each) for each in call.args] == [ast.Constant], f"{where}: a fixed text, no more"
    keys = {each.arg for each in call.keywords}
    assert keys <= KEYS | {"exc_info"}, (
        f"{where}: {keys - KEYS} would be dropped; see app/logging.py"
    )


def test_loggers_are_called_log_so_that_the_test_above_sees_them():
    for package in OURS:
        for path in (ROOT / package).rglob("*.py"):
            if path.name == "logging.py":
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(
                    ("get_logger", "getLogger")
                ):
                    line = path.read_text(encoding="utf-8").splitlines()[node.lineno - 1]
                    assert line.startswith("log = "), f"{path}:{node.lineno}"
