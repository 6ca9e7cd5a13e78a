"""Plugins with every mistake that one can make, as packages to install for a test."""
# ruff: noqa: E501 - a row is a plugin

from __future__ import annotations

import itertools
import sys
from dataclasses import dataclass, field
from pathlib import Path

HEAD = """
from evoclass import hookimpl
from evoclass.exercise import *
from evoclass.exercise import Exercise, Field, Number, Text, Verdict, Choice, Option
from evoclass.errors import LessonError, Problem
from evoclass.model import *
from evoclass.model import Block, Paragraph, Span, Callout
from dataclasses import dataclass

class Brk(Exercise):
    kind = "brk"
    @classmethod
    def parse(cls, block): return cls()
    def form(self): return [Number(name="n")]
    async def grade(self, answer, bench):
        return Verdict.right() if answer.get("n") == 1 else Verdict.wrong()
    def solution(self): return {"n": 1}

def offers(*classes):
    def register_exercises(): return list(classes)
    return hookimpl(register_exercises)
"""

_numbers = itertools.count()


@dataclass(frozen=True)
class Case:
    """A broken plugin, and what must be told of it."""

    name: str
    source: str
    hook: str = ""
    """What `evoclass plugins` names, beside the plugin; empty where nothing can be known before a lesson is read."""
    reason: str = ""
    lesson: str = ""
    """What the lesson shows in place of the question; empty where the question works or is answered with a fault."""
    graded: str = ""
    """What is said when the question is answered."""
    locale: str = ""
    files: dict[str, str] = field(default_factory=dict)
    requires: str = "evoclass"


def question(body: str, head: str = "class Broken(Brk):") -> str:
    """Return a plugin with one question type that overrides something."""
    return (
        f"{HEAD}\n{head}\n"
        + "".join(f"    {line}\n" for line in body.splitlines())
        + "\nregister_exercises = offers(Broken)\n"
    )


def hook(name: str, arguments: str, body: str, head: str = "") -> str:
    """Return a plugin with one hook, and a question type that works."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return f"{HEAD}\n{head}\n@hookimpl\ndef {name}({arguments}):\n{lines}\nregister_exercises = offers(Brk)\n"


def directive(body: str, head: str = "") -> str:
    """Return a plugin with one directive."""
    lines = "".join(f"        {line}\n" for line in body.splitlines())
    return (
        f"{HEAD}\n{head}\nclass Broken:\n    name = 'brk'\n    options = {{}}\n    @classmethod\n"
        f"    def expand(cls, directive, block_id):\n{lines}\n@hookimpl\ndef register_directives(): return [Broken]\n"
    )


def panel(body: str, more: str = "return [P]") -> str:
    """Return a plugin with one panel."""
    head = "from evoclass_tui.panel import Panel\nclass P(Panel):\n    panel_name = 'brk'\n"
    return hook("register_panels", "", head + "".join(f"    {line}\n" for line in body.splitlines()) + more)


def probe(body: str) -> str:
    """Return a plugin with one probe."""
    head = (
        "from evoclass.inspecting.inspection import Probe\nclass P(Probe):\n    name = 'brk'\n"
        "    def matches(self, value): return False\n    def summarise(self, named): return []\n"
    )
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return hook("register_probes", "", f"{head}{lines}return [P]")


OFF = "perhaps it belongs to a plugin that is switched off"
WIDGET = """
@dataclass(frozen=True, slots=True, kw_only=True)
class Odd(Field): pass
class Broken(Brk):
    def form(self): return [Odd(name="n")]
register_exercises = offers(Broken)
@hookimpl
def field_widget(field):
    if type(field).__name__ != "Odd": return None
    from textual.widget import Widget
    from evoclass_tui.widgets.fields.base import FieldWidget
"""

CASES = [
    # -------------------------------------------------------------------------------------------- at import
    Case("import_raises", HEAD + "raise ValueError('boom at import')", "", "ValueError: boom at import", OFF),
    Case("missing_package", "import no_such_package_here", "", "No module named 'no_such_package_here'", OFF),
    Case("sys_exit", "import sys; sys.exit(3)", "", "SystemExit: 3", OFF),
    Case("newer_api", "from evoclass.exercise import Hologram", "", "cannot import name 'Hologram'", OFF),
    Case("os_exit", "import os; os._exit(3)", "", "os._exit(3)", OFF),
    Case("base_exception", "class Odd(BaseException): pass\nraise Odd('odd')", "", "Odd: odd", OFF),
    Case("keyboard_interrupt", "raise KeyboardInterrupt", "", "KeyboardInterrupt", OFF),
    Case("recursion", "def f(): return f()\nf()", "", "RecursionError", OFF),
    Case("syntax_error", "def f(:", "", "SyntaxError", OFF),
    Case("loops_at_import", "while True: pass", "", "TimeoutError: took more than", OFF),
    Case("sleeps_at_import", "import time\ntime.sleep(1000)", "", "TimeoutError: took more than", OFF),
    Case("swallows_at_import", "while True:\n    try: pass\n    except Exception: pass", "", "TimeoutError: took more", OFF),
    Case("wrong_version", HEAD + "register_exercises = offers(Brk)", "", "needs evoclass>=9", OFF, requires="evoclass>=9"),
    Case(
        "rude_message",
        "raise ValueError('\\x1b[31mred\\u202e [bold]' + 'x' * 10**6)",
        "",
        "ValueError: \\x1b[31mred\\u202e [bold]",
        OFF,
    ),
    Case("message_raises", "class E(Exception):\n    def __str__(self): raise OSError\nraise E", "", "cannot be shown", OFF),
    # -------------------------------------------------------------------------------------------- hooks
    Case("hook_raises", HEAD + "@hookimpl\ndef register_exercises(): raise ValueError('boom')", "register_exercises", "boom", OFF),
    Case("hook_42", HEAD + "@hookimpl\ndef register_exercises(): return 42", "register_exercises", "not iterable", OFF),
    Case("hook_text", HEAD + "@hookimpl\ndef register_exercises(): return 'Brk'", "register_exercises", "is no class", OFF),
    Case("hook_no_class", HEAD + "@hookimpl\ndef register_exercises(): return [Brk()]", "register_exercises", "is no class", OFF),
    Case("hook_signature", HEAD + "@hookimpl\ndef register_exercises(soup): return []", "register_exercises", "soup", OFF),
    Case("hook_misspelt", HEAD + "@hookimpl\ndef register_exercise(): return []", "register_exercise", "unknown hook", OFF),
    Case("hook_newer", hook("register_holograms", "", "return []"), "register_holograms", "unknown hook", OFF),
    Case(
        "hook_endless",
        HEAD + "@hookimpl\ndef register_exercises():\n    while True: yield Brk",
        "register_exercises",
        "more than 1,000",
        OFF,
    ),
    Case("hook_exits", HEAD + "@hookimpl\ndef register_exercises(): raise SystemExit(1)", "register_exercises", "SystemExit", OFF),
    Case(
        "hook_loops",
        HEAD + "@hookimpl\ndef register_exercises():\n    while True: pass",
        "register_exercises",
        "took more than",
        OFF,
    ),
    Case(
        "hook_wrapper",
        HEAD + "@hookimpl(wrapper=True)\ndef register_exercises():\n    return (yield)",
        "register_exercises",
        "wrappers",
        OFF,
    ),
    Case("commands_raise", hook("register_commands", "cli", "raise ValueError('boom')"), "register_commands", "boom"),
    Case("command_is_none", hook("register_commands", "cli", "cli.add_command('quiz')"), "register_commands", "is no command"),
    Case(
        "command_clash",
        hook("register_commands", "cli", "@cli.command('learn')\ndef learn(): print('mine')"),
        "register_commands",
        "'learn'",
    ),
    Case(
        "command_clash_bundled",
        hook("register_commands", "cli", "@cli.command('export')\ndef export(): print('mine')"),
        "register_commands",
        "the plugin 'author' has that name",
    ),
    Case("courses", hook("register_courses", "", "return ['/no/such/folder']"), "register_courses", "/no/such/folder"),
    Case("explanation_raises", hook("explain_error", "error, language", "raise ValueError('boom')"), "explain_error", "boom"),
    Case("explanation_kind", hook("explain_error", "error, language", "return 'a sentence'"), "explain_error", "not an Explanation"),
    # ------------------------------------------------------------------------------------ question types
    Case("no_exercise", HEAD + "class X:\n    kind = 'brk'\nregister_exercises = offers(X)", "register_exercises", "is no Exercise", OFF),
    Case(
        "abstract",
        HEAD + "class X(Exercise):\n    kind = 'brk'\nregister_exercises = offers(X)",
        "register_exercises",
        "lacks form, grade, parse, solution",
        OFF,
    ),
    Case(
        "kind_raises",
        HEAD + "class M(type(Exercise)):\n    @property\n    def kind(cls): raise ValueError('boom')\n"
        "class X(Brk, metaclass=M): pass\ndel Brk.kind\nregister_exercises = offers(X)",
        "register_exercises",
        "boom",
        OFF,
    ),
    Case(
        "subclass_raises",
        HEAD + "class Base(Brk):\n    def __init_subclass__(cls): raise ValueError('boom')\n"
        "@hookimpl\ndef register_exercises():\n    class X(Base): pass\n    return [X]",
        "register_exercises",
        "boom",
        OFF,
    ),
    Case("options_none", question("options = None"), "register_exercises", "options", OFF),
    Case("duplicate_kind", question("kind = 'choice'"), "register_exercises", "the plugin 'choice' has that name", OFF),
    Case("kind_acts", question("kind = '\\x1b[31mbrk'"), "register_exercises", "no name that can be shown", OFF),
    Case("duplicate_engine", question("kind = 'note'"), "register_exercises", "EvoClass has that name", OFF),
    Case("duplicate_lab", question("kind = 'lab'"), "register_exercises", "EvoClass has that name", OFF),
    Case("duplicate_own", HEAD + "register_exercises = offers(Brk, Brk)", "register_exercises", "'brk'", OFF),
    Case("parse_raises", question("@classmethod\ndef parse(cls, block): raise ValueError('boom')"), lesson="ValueError: boom"),
    Case("parse_none", question("@classmethod\ndef parse(cls, block): return None"), lesson="not an Exercise"),
    Case("parse_async", question("@classmethod\nasync def parse(cls, block): return cls()"), lesson="not an Exercise"),
    Case("parse_loops", question("@classmethod\ndef parse(cls, block):\n    while True: pass"), lesson="took more than"),
    Case("parse_exits", question("@classmethod\ndef parse(cls, block): raise SystemExit"), lesson="SystemExit"),
    Case("parse_recursion", question("@classmethod\ndef parse(cls, block): return cls.parse(block)"), lesson="RecursionError"),
    Case(
        "parse_odd_problem",
        question("@classmethod\ndef parse(cls, block): raise LessonError(Problem('E100', None, message=7))"),
        lesson="line is None",
    ),
    Case(
        "parse_no_problems",
        question("@classmethod\ndef parse(cls, block):\n    e = LessonError('x'); e.problems = (); raise e"),
        lesson="without a problem",
    ),
    Case("form_raises", question("def form(self): raise ValueError('boom')"), lesson="ValueError: boom"),
    Case("form_raises_later", question("n = 0\ndef form(self):\n    Broken.n += 1\n    if Broken.n > 1: raise ValueError('boom')\n    return super().form()"), lesson="ValueError: boom"),
    Case("form_none", question("def form(self): return None"), lesson="not a list"),
    Case("form_texts", question("def form(self): return ['n']"), lesson="not a field"),
    Case("form_twice", question("def form(self): return [Number(name='n'), Number(name='n')]"), lesson="two fields"),
    Case("form_odd_options", question("def form(self): return [Choice(name='n', options='abc')]"), lesson="options"),
    Case("form_loops", question("def form(self):\n    while True: pass"), lesson="took more than"),
    Case("form_endless", question("def form(self):\n    while True: yield Number(name='n')"), lesson="more than 10,000"),
    Case("prompt_text", question("def prompt(self, block): return 'Well?'"), lesson="not a list"),
    Case("solution_raises", question("def solution(self): raise ValueError('boom')")),
    Case("solution_odd", question("def solution(self): return {'n': object()}")),
    Case("shuffled_none", question("def shuffled(self, random): return None")),
    Case("reordered_none", question("def reordered(self, random): return None")),
    Case("grade_raises", question("async def grade(self, answer, bench): raise ValueError('boom')"), graded="ValueError: boom"),
    Case("grade_none", question("async def grade(self, answer, bench): return None"), graded="not a Verdict"),
    Case("grade_not_async", question("def grade(self, answer, bench): return 1"), "register_exercises", "async def", OFF),
    Case("grade_yields", question("async def grade(self, answer, bench): yield 1"), "register_exercises", "async def", OFF),
    Case("grade_blocks", question("async def grade(self, answer, bench):\n    while True: pass"), graded="took more than"),
    Case(
        "grade_sleeps",
        question("async def grade(self, answer, bench):\n    import time; time.sleep(30)"),
        graded="took more than",
    ),
    Case(
        "grade_waits",
        question("async def grade(self, answer, bench):\n    import asyncio; await asyncio.Event().wait()"),
        graded="took more than",
    ),
    Case("grade_exits", question("async def grade(self, answer, bench): raise SystemExit(2)"), graded="SystemExit"),
    Case("grade_score", question("async def grade(self, answer, bench): return Verdict(7, True)"), graded="from 0 to 1"),
    Case("grade_feedback", question("async def grade(self, answer, bench): return Verdict(0, False, ('no',))"), graded="feedback"),
    Case("attribute_raises", question("@property\ndef name(self): raise ValueError('boom')")),
    # ------------------------------------------------------------------------------------------ directives
    Case("blocks_text", directive("return 'hello'"), lesson="not a list"),
    Case("blocks_texts", directive("return ['hello']"), lesson="not a block"),
    Case("blocks_none", directive("return None"), lesson="not a list"),
    Case(
        "blocks_unknown",
        directive("return [Blk(id=block_id, line=1)]", "@dataclass(frozen=True, kw_only=True)\nclass Blk(Block): pass"),
        lesson="nobody knows how to draw",
    ),
    Case(
        "blocks_unknown_inside",
        directive(
            "return [Callout(id=block_id, line=1, kind='note', title=(), children=(Blk(id='x', line=1),))]",
            "@dataclass(frozen=True, kw_only=True)\nclass Blk(Block): pass",
        ),
        lesson="nobody knows how to draw",
    ),
    Case("blocks_odd_text", directive("return [Paragraph(id=block_id, line=1, text='hello')]"), lesson="text is 'hello'"),
    Case("blocks_odd_line", directive("return [Paragraph(id=block_id, line=None, text=())]"), lesson="line is None"),
    Case("blocks_endless", directive("from itertools import repeat\nreturn repeat(Paragraph(id=block_id, line=1, text=()))"), lesson="more than 10,000"),
    Case("expand_raises", directive("raise ValueError('boom')"), lesson="ValueError: boom"),
    Case("expand_loops", directive("while True: pass"), lesson="took more than"),
    Case("directive_note", directive("return []").replace("'brk'", "'note'"), "register_directives", "EvoClass has that name", OFF),
    Case("directive_no_expand", HEAD + "class X:\n    name = 'brk'\n@hookimpl\ndef register_directives(): return [X]", "register_directives", "lacks expand", OFF),
    Case(
        "directive_and_question",
        HEAD + "class X(Brk):\n    name = 'brk'\n    expand = None\n    @classmethod\n    def expand(cls, d, i): return []\n"
        "register_exercises = offers(X)\n@hookimpl\ndef register_directives(): return [X]",
        "register_directives",
        "'brk'",
        OFF,
    ),
    # ---------------------------------------------------------------------------------------- on the screen
    Case("compose_raises", HEAD + WIDGET + "    class W(FieldWidget):\n        value = None\n        def compose(self): raise ValueError('boom')\n    return W(field, None)"),
    Case("handler_raises", HEAD + WIDGET + "    class W(FieldWidget):\n        value = None\n        def on_mount(self): raise ValueError('boom')\n    return W(field, None)"),
    Case("widget_raises", HEAD + WIDGET + "    raise ValueError('boom')"),
    Case("widget_none", HEAD + WIDGET + "    return 'a widget'"),
    Case("widget_always_raises", HEAD + WIDGET.replace('    if type(field).__name__ != "Odd": return None\n', "") + "    raise ValueError('boom')", "field_widget", "boom"),
    Case("widget_value", HEAD + WIDGET + "    class W(FieldWidget):\n        value = object()\n        def show_value(self, value): pass\n    return W(field, None)"),
    Case("widget_value_raises", HEAD + WIDGET + "    class W(FieldWidget):\n        def show_value(self, value): pass\n        @property\n        def value(self): raise ValueError('boom')\n    return W(field, None)"),
    Case("widget_adopted", HEAD + WIDGET + "    from textual.widgets import Static\n    class W(Static):\n        value = {1: object()}\n    return W('x')"),
    Case("theme_kind", hook("register_themes", "", "return ['sepia']"), "register_themes", "is no Theme"),
    Case("theme_colour", hook("register_themes", "", "from textual.theme import Theme\nreturn [Theme(name='x', primary='mud')]"), "register_themes", "mud"),
    Case("theme_raises", hook("register_themes", "", "raise ValueError('boom')"), "register_themes", "boom"),
    Case(
        "theme_clash",
        hook("register_themes", "", "from textual.theme import Theme\nreturn [Theme(name='evoclass-dark', primary='#ff0000')]"),
        "register_themes",
        "'evoclass-dark'",
    ),
    Case("panel_kind", hook("register_panels", "", "from textual.widgets import Static\nreturn [Static]"), "register_panels", "is no Panel"),
    Case("panel_init", panel("def __init__(self, catalog): raise ValueError('boom')"), "register_panels", "boom"),
    Case("panel_no_super", panel("def __init__(self, catalog): self.x = 1"), "register_panels", "__init__"),
    Case("panel_compose", panel("def compose(self): raise ValueError('boom')"), "panel brk", "boom"),
    Case("panel_mount", panel("def on_mount(self): raise ValueError('boom')"), "panel brk", "boom"),
    Case("panel_blocks", panel("def on_mount(self):\n    import time\n    time.sleep(1000)"), "panel brk", "took more than"),
    Case("panel_name", panel("panel_name = 'a b'"), "register_panels", "panel_name"),
    Case("panel_twice", panel("pass", "return [P, P]"), "register_panels", "'brk'"),
    Case("panel_clash", panel("panel_name = 'tensors'"), "register_panels", "the plugin 'tensors' has that name"),
    # ------------------------------------------------------------------------------------------- text, output
    Case("locale_broken", question("pass"), "locale/en.toml", "TOMLDecodeError", locale="a = = b"),
    Case("locale_bytes", question("pass"), "locale/en.toml", "UnicodeDecodeError", locale="\udcff\udcfe"),
    Case("locale_clash", question("pass"), locale='[plain]\nend = "{oops"\n[question]\ntitle = "{0}"'),
    Case("prints", HEAD + "print('noise at import')\n@hookimpl\ndef register_exercises():\n    print('noise'); return [Brk]"),
    Case("prints_below", HEAD + "import os, subprocess\nos.write(1, b'noise')\nsubprocess.run(['echo', 'noise'])\nregister_exercises = offers(Brk)"),
    Case(
        "thread_writes",
        HEAD + "import sys, threading, time\ndef go():\n    for _ in range(5): sys.stderr.write('noise\\n'); time.sleep(0.01)\n"
        "threading.Thread(target=go, daemon=True).start()\nregister_exercises = offers(Brk)",
    ),
    # ------------------------------------------------------------------------------------- runners and probes
    Case("runner_kind", hook("register_runners", "", "class R:\n    name = 'brk'\nreturn [R]"), "register_runners", "is no Runner"),
    Case(
        "runner_clash",
        hook("register_runners", "", "from evoclass_local.runners import LocalCpu\nclass R(LocalCpu): pass\nreturn [R]"),
        "register_runners",
        "the plugin 'local' has that name",
    ),
    Case(
        "runner_available",
        hook(
            "register_runners",
            "",
            "from evoclass_local.runners import LocalCpu\nclass R(LocalCpu):\n    name = 'brk'\n    @classmethod\n"
            "    def available(cls): raise ValueError('boom')\nreturn [R]",
        ),
        "brk.available()",
        "boom",
    ),
    Case("probe_kind", hook("register_probes", "", "class P:\n    name = 'brk'\nreturn [P]"), "register_probes", "is no Probe"),
    Case("probe_clash", probe("name = 'tensors'"), "register_probes", "the plugin 'tensors' has that name"),
    Case("probe_matches_raises", probe("def matches(self, value): raise ValueError('boom')"), "probe brk", "boom"),
    Case("probe_loops", probe("def matches(self, value):\n    while True: pass"), "probe brk", "took more than"),
    Case("probe_init", probe("def __init__(self): raise ValueError('boom')"), "probe brk", "boom"),
]  # fmt: skip


def install(
    folder: Path, name: str, source: str, *, locale: str = "", requires: str = "evoclass", entry: str = ""
) -> str:
    """Write a plugin as an installed distribution into `folder`, and return the name of its module."""
    module = f"broken_{name}_{next(_numbers)}"
    package = folder / module
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(source, encoding="utf-8")
    if locale:
        (package / "locale").mkdir()
        (package / "locale" / "en.toml").write_text(locale, encoding="utf-8", errors="surrogateescape")
    about = folder / f"{module}-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\nRequires-Dist: {requires}\n"
    )
    (about / "entry_points.txt").write_text(f"[evoclass]\n{entry or name} = {module}\n")
    return module


def forget() -> None:
    """Let go of the modules of earlier plugins."""
    for name in [name for name in sys.modules if name.startswith("broken_")]:
        del sys.modules[name]
