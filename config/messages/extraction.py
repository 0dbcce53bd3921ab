"""Finds every sentence the code and the templates ask gettext for."""

import ast
import io
import tokenize
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation.template import templatize

from config.messages.catalogue import Key


BASE_DIR = Path(__file__).resolve().parent.parent.parent
ONE, MANY = ("msgid",), ("msgid", "plural")
SHAPES: dict[str, tuple[str, ...]] = {
    "_": ONE,
    "gettext": ONE,
    "gettext_lazy": ONE,
    "gettext_noop": ONE,
    "ngettext": MANY,
    "ngettext_lazy": MANY,
    "pgettext": ("context", *ONE),
    "pgettext_lazy": ("context", *ONE),
    "npgettext": ("context", *MANY),
    "npgettext_lazy": ("context", *MANY),
}
PACKAGES = [
    "config",
    "core",
    "accounts",
    "programmes",
    "schools",
    "loans",
    "distribution",
    "support",
    "reports",
]


def asked_sentences() -> dict[Key, str]:
    """Each sentence with one place that asks for it."""
    found: dict[Key, str] = {}
    for path in _sources():
        for key in asked_in(path):
            found.setdefault(key, str(path.relative_to(BASE_DIR)))
    return found


def _sources() -> Iterator[Path]:
    for package in PACKAGES:
        yield from (
            path for path in sorted((BASE_DIR / package).rglob("*.py")) if "migrations" not in path.parts
        )
    yield from (path for path in sorted((BASE_DIR / "templates").rglob("*")) if path.is_file())


def asked_in(path: Path) -> Iterator[Key]:
    """The sentences one file asks for."""
    text = path.read_text(encoding="utf-8")
    return asked_in_python(text) if path.suffix == ".py" else asked_in_template(text, str(path))


def asked_in_python(source: str) -> Iterator[Key]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            yield from _key(name, [_literal(argument) for argument in node.args])


def _literal(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def asked_in_template(source: str, origin: str = "") -> Iterator[Key]:
    """Django turns a template into calls of gettext amid crossed-out text; each call is on one line."""
    for line in templatize(source, origin=origin).splitlines():
        if "gettext(" in line or "_(" in line:
            tokens = list(tokenize.generate_tokens(io.StringIO(line.strip() + "\n").readline))
            yield from _calls(tokens)


def _calls(tokens: list[tokenize.TokenInfo]) -> Iterator[Key]:
    for at, token in enumerate(tokens[:-1]):
        if token.type == tokenize.NAME and tokens[at + 1].string == "(":
            strings: list[str | None] = []
            for argument in tokens[at + 2 :]:
                if argument.type == tokenize.STRING:
                    strings.append(ast.literal_eval(argument.string))
                elif argument.string != ",":
                    break
            yield from _key(token.string, strings)


def _key(function: str, strings: list[str | None]) -> Iterator[Key]:
    shape = SHAPES.get(function, ())
    texts = [text for text in strings[: len(shape)] if text]
    if shape and len(texts) == len(shape):
        yield Key(**dict(zip(shape, texts, strict=True)))
