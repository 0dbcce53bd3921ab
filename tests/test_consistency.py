"""The house reads itself: what every file must keep, whoever wrote it."""

import ast
import re
from pathlib import Path

import django
import pytest
from django.contrib.staticfiles import finders

from config.celery import app
from config.messages.checks import problems
from tests.sources import APPS, PACKAGES, python_files, source_of, template_files, template_source


BANNED_NAMES = {"services.py", "utils.py", "helpers.py", "common.py", "misc.py"}
LONGEST_FILE = 400  # lines
CLOCKS = re.compile(
    r"\btimezone\.now\(|\b(localdate|localtime)\(\)|\bdate\.today\(|\bdatetime\.(now|today)\("
)
# The doors of the house: they read the clock and hand the day down.
MAY_READ_THE_CLOCK = re.compile(
    r"^[a-z]+/(views/.*|views\.py|tasks\.py|tasks/.*|management/commands/.*|admin\.py|api\.py|api/.*|forms\.py"
    r"|forms/.*|demo/.*|templatetags/.*|jobs\.py)$"  # `core/jobs.py` times the jobs it runs
)
FORBIDDEN_IN_PAGES = re.compile(r"""\sstyle=|\son[a-z]+=["']|\|safe\b|<script>|autoescape off""")
TASK_NAME = re.compile(r"""["']([a-z]+\.tasks\.\w+)["']""")
REFERENCE = re.compile(r"""["']([\w./-]+\.(?:html|txt|svg|xml))["']""")


def test_no_file_has_a_name_that_says_nothing():
    assert [str(path) for path in python_files(*PACKAGES, "tests") if path.name in BANNED_NAMES] == []


def test_no_python_file_is_longer_than_400_lines():
    files = python_files(*PACKAGES, "tests", "benchmarks")
    lengths = {str(path): source_of(path).count("\n") for path in files}
    assert {path: length for path, length in lengths.items() if length > LONGEST_FILE} == {}


def test_the_beat_schedule_is_sorted():
    schedule = app.conf.beat_schedule
    assert list(schedule) == sorted(schedule)


def test_the_schedule_the_queues_and_the_rings_name_real_tasks():
    app.loader.import_default_modules()
    named = {name for path in python_files(*PACKAGES) for name in TASK_NAME.findall(source_of(path))}
    assert {"core.tasks.deliver_urgent", "schools.tasks.play_school"} <= named
    assert sorted(named - set(app.tasks)) == []


def test_workers_are_woken_through_core_rings():
    """A second way would ring before the commit, or ask again and again a broker that is down."""
    others = re.compile(r"\.delay\(|\.apply_async\(|\bsend_task\(")
    allowed = {"core/rings.py", "core/parking.py", "core/outbox/gates.py"}  # keywords; in a second
    found = {str(path) for path in python_files(*PACKAGES) if others.search(source_of(path))}
    assert found == allowed


def test_nothing_trusts_a_string_to_be_html_nor_a_host_to_be_ours():
    """`mark_safe` opens the door to injection; `build_absolute_uri` believes the Host header (SITE_URL does not)."""
    banned = re.compile(r"mark_safe|build_absolute_uri")
    assert [str(path) for path in python_files(*PACKAGES) if banned.search(source_of(path))] == []


def test_templates_have_no_inline_style_script_or_unescaped_text():
    """The content security policy would refuse the first two; the third is an injection."""
    pages = [path for path in template_files() if path.suffix != ".txt"]
    guilty = {str(path): FORBIDDEN_IN_PAGES.findall(template_source(path)) for path in pages}
    assert {path: found for path, found in guilty.items() if found} == {}


def test_nothing_below_the_doors_reads_the_clock():
    files = [path for path in python_files(*APPS) if not MAY_READ_THE_CLOCK.match(path.as_posix())]
    guilty = {str(path): CLOCKS.search(source_of(path)) for path in files}
    assert [path for path, found in guilty.items() if found] == []


def test_every_template_is_used():
    """By a view, another template, a notification (whose files are named for it), or as a component's tag."""
    texts = [source_of(path) for path in python_files(*PACKAGES)]
    texts += [template_source(path) for path in template_files()]
    named = {name for text in texts for name in REFERENCE.findall(text)}
    everything = "\n".join(texts)
    assert [str(path) for path in template_files() if not _is_used(path, named, everything)] == []


def test_every_static_file_a_template_names_exists():
    """On a server, a page that names a missing file would not be drawn at all."""
    named = re.compile(r"""{%\s*static\s+["']([^"']+)["']""")
    wanted = {name for path in template_files() for name in named.findall(template_source(path))}
    assert sorted(name for name in wanted if finders.find(name) is None) == []


def _is_used(path: Path, named: set[str], everything: str) -> bool:
    if path.parts[0] == "components":
        tag = ".".join(path.relative_to("components").with_suffix("").parts).replace("_", "-")
        return f"<c-{tag}" in everything
    if path.parts[0] == "django":  # stands in for the template of that name in Django itself
        return (Path(django.__file__).parent / "forms" / "templates" / path).exists()
    if re.fullmatch(r"(400|403|404|500)(_csrf)?\.html", path.name) or "emails" in path.parts:
        return path.parent.name != "emails" or _is_a_message(path, everything)
    return path.as_posix() in named or path.parts[:2] == ("django", "forms")  # Django's own names


def _is_a_message(path: Path, everything: str) -> bool:
    name = re.sub(r"_(subject|body)$", "", path.stem)
    return re.search(rf"""["'/]{re.escape(name)}["'_]""", everything) is not None


@pytest.mark.parametrize("package", PACKAGES)
def test_every_app_says_what_it_is(package):
    assert ast.get_docstring(ast.parse(source_of(Path(package) / "__init__.py")))


def test_the_french_of_the_interface_is_complete():
    assert problems() == []


def test_verbose_names_begin_with_a_small_letter():
    capital = re.compile(r"""verbose_name(_plural)?=_?\(?["'][A-Z][a-z]""")
    assert [str(path) for path in python_files(*APPS) if capital.search(source_of(path))] == []
