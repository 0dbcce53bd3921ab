"""No pattern of ours takes longer and longer over a text made to tire it (trust 40)."""

import ast
import importlib
import re
import signal
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.apps import apps
from django.core.validators import RegexValidator
from django.urls import get_resolver

from tests.sources import PACKAGES, python_files, source_of


SIZE, QUICK = 100_000, 0.05  # characters; seconds
GROWTH = 3  # of the time, when the text doubles
CALLS = {"compile", "search", "match", "fullmatch", "findall", "finditer", "sub", "subn", "split"}
SEEDS = (
    "a",
    "A",
    "0",
    "9",
    " ",
    "\n",
    "\t",
    "-",
    ".",
    "@",
    "/",
    "<",
    ">",
    "_",
    "é",
    ",",
    ";",
    "'",
    '"',
    "(",
    "{",
)
PAIRS = (
    "a ",
    " a",
    "a.",
    "a@",
    "a-",
    "-a",
    "0/",
    "1.",
    "<a",
    "<a>",
    '="',
    "a=",
    "{%",
    "{{",
    "0A",
    "a\n",
    "https://",
)
ENDS = ("!", "\n!", "")


# The French we write, on the day we write it; what WeasyPrint wrote, where names are numbers of glyphs.
OURS_ALONE = ("config/messages/", "core/pdf_stencils.py")


@dataclass(frozen=True)
class Use:
    """A pattern, and the ways our code asks it: `search` tires one that `fullmatch` does not."""

    pattern: re.Pattern
    ways: frozenset[str]

    def __call__(self, text: str) -> None:
        for way in self.ways & {"search", "match", "fullmatch"}:
            getattr(self.pattern, way)(text)
        if self.ways - {"search", "match", "fullmatch", "compile"}:
            self.pattern.sub("", text)


def our_patterns() -> dict[str, Use]:
    """Every pattern written in our code, by where it is; those of the validators of our fields too."""
    found = {}
    for path in python_files(*PACKAGES):
        if not path.as_posix().startswith(OURS_ALONE):
            tree = ast.parse(source_of(path))
            found |= {f"{path}:{line}": use for line, use in _written_in_place(tree)}
            found |= {f"{path}:{name}": use for name, use in _named_in(path, tree)}
    for model in apps.get_models():
        for field in model._meta.get_fields():
            for validator in getattr(field, "validators", ()):
                if isinstance(validator, RegexValidator):
                    found[f"{model.__name__}.{field.name}"] = Use(validator.regex, frozenset({"search"}))
    return found


def _written_in_place(tree: ast.AST) -> Iterator[tuple[int, Use]]:
    """`re.search("…", text)`."""
    for node in ast.walk(tree):
        is_call = (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CALLS
        )
        if is_call and ast.unparse(node.func.value) == "re" and node.args and node.func.attr != "compile":
            with suppress(ValueError):
                yield (
                    node.lineno,
                    Use(
                        _text_pattern(re.compile(ast.literal_eval(node.args[0]))), frozenset({node.func.attr})
                    ),
                )


def _named_in(path: Path, tree: ast.AST) -> Iterator[tuple[str, Use]]:
    """`_EMAIL = re.compile("…")`, with each `_EMAIL.fullmatch(…)` of the module."""
    module = ".".join(path.with_suffix("").parts).removesuffix(".__init__")
    if module.startswith(("config.settings", "config.wsgi", "config.asgi")):
        return
    ways: dict[str, set[str]] = defaultdict(set)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr in CALLS:
            ways[node.value.id].add(node.attr)
    for name, value in vars(importlib.import_module(module)).items():
        if isinstance(value, re.Pattern):
            yield name, Use(_text_pattern(value), frozenset(ways[name] or {"search", "fullmatch"}))


def _text_pattern(pattern: re.Pattern) -> re.Pattern:
    """The same for text, when it reads bytes."""
    if isinstance(pattern.pattern, str):
        return pattern
    return re.compile(pattern.pattern.decode("latin-1"), pattern.flags & ~re.ASCII)


def texts(pattern: re.Pattern) -> Iterator[tuple[str, str]]:
    """What tires it: each sign repeated, and each letter that the pattern itself names, then something it refuses."""
    own = sorted(set(re.findall(r"[^\\\[\](){}|?*+^$]", pattern.pattern)))[:20]
    for seed in dict.fromkeys([*SEEDS, *PAIRS, *own]):
        for end in ENDS:
            yield seed, end


class TooSlow(Exception):
    pass


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """An exponential pattern would never come back."""

    def stop(*_signal: object) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def duration(use: Use, text: str) -> float:
    """Processor seconds, the best of three: another process may have had the machine."""
    best = float("inf")
    for _turn in range(3):
        started = time.process_time()
        use(text)
        best = min(best, time.process_time() - started)
        if best < QUICK / 10:
            break
    return best


def fault_of(use: Use) -> str:
    """What a text does to this pattern, "" when nothing tires it."""
    for seed, end in texts(use.pattern):
        try:
            with at_most(5):
                whole = duration(use, seed * (SIZE // len(seed)) + end)
                half = duration(use, seed * (SIZE // 2 // len(seed)) + end) if whole > QUICK / 2 else whole
        except TooSlow:
            return f"{seed!r} and {end!r}: more than 5 s"
        if whole > QUICK or whole > GROWTH * half:
            return f"{seed!r} and {end!r}: {half:.3f} s, then {whole:.3f} s for twice as much"
    return ""


@pytest.mark.trust(40)
def test_no_pattern_of_ours_can_be_tired():
    uses = our_patterns()
    assert len(uses) > 20
    faults = {name: fault_of(use) for name, use in uses.items()}
    assert {name: f"{uses[name].pattern.pattern} {fault}" for name, fault in faults.items() if fault} == {}


@pytest.mark.trust(40)
@pytest.mark.parametrize("pattern", [r"(a+)+$", r"\s+$", r"^(\w+\s?)*$", r"(.*)(.*)(.*)x", r"a*a*b"])
def test_the_measure_finds_a_pattern_that_can(pattern):
    """Else the silence of the test above would prove nothing."""
    assert fault_of(Use(re.compile(pattern), frozenset({"search"})))


@pytest.mark.trust(40)
@pytest.mark.parametrize("length", [SIZE, 2 * SIZE])
def test_what_reads_typed_text_is_as_quick_whatever_is_typed(length):
    """Functions that stand on several patterns, or on none: names, numbers, addresses."""
    from schools.codes import clean_ine, is_uai
    from schools.search import search_key
    from schools.sources.checks import is_damaged, is_email

    for seed in (*SEEDS, "a@", "a.", "@a.", "é", "œ"):
        text = seed * (length // len(seed)) + "!"
        for read in (is_email, is_damaged, is_uai, clean_ine, search_key):
            started = time.process_time()
            read(text)
            assert time.process_time() - started < 2 * QUICK * length / SIZE, (read.__name__, seed)


@pytest.mark.trust(40)
def test_every_address_of_the_site_is_tried_in_no_time():
    started = time.process_time()
    with suppress(Exception):
        get_resolver().resolve("/" + "a/" * (SIZE // 2))
    assert time.process_time() - started < 1
