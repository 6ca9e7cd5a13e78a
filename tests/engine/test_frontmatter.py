"""The quick reader of front matters must read what YAML 1.2 reads, or pass."""

from hypothesis import given
from hypothesis import strategies as st

from evoclass.errors import LessonError
from evoclass.frontmatter import _plain, _yaml
from evoclass.i18n import Catalog
from evoclass.lint.describe import describe
from evoclass.markup import Parser
from evoclass.plugins import Plugins

WORDS = st.text(alphabet="ab1É :#'\"-[]{}>|&*!%@`,?\\\t~.=", max_size=12)
LINE = st.one_of(
    st.builds("{}: {}".format, st.sampled_from(["id", "title", "x-y"]), WORDS),
    st.builds("  - {}".format, WORDS),
    st.builds(" - {}".format, WORDS),
    st.sampled_from(
        ["id:", "title:  ", "", "  ", "# note", "objectives:", "- a", "a", "null: null", "minutes: ~"]
    ),
)


@given(st.lists(LINE, max_size=5))
def test_the_quick_reader_agrees_with_yaml(lines):
    block = "".join(f"{line}\n" for line in lines)
    quick = _plain(block)
    if quick is None:
        return
    try:
        slow = _yaml(block)
    except LessonError as error:
        raise AssertionError(f"YAML refuses what the quick reader takes: {error}") from error
    assert {key: (node.value, node.key_line) for key, node in quick.items()} == {
        key: (node.value, node.key_line) for key, node in slow.items()
    }


def test_the_quick_reader_reads_everyday_front_matter():
    block = 'id: transfer-learning\nnumber: 7\ntitle: "Seven: a tale"\nobjectives:\n  - Freeze a base\n  - Train\n'
    assert _plain(block) is not None


def test_an_entry_with_a_colon_is_pointed_at_and_told_to_be_quoted():
    head = "---\nid: a\nnumber: 1\ntitle: A\nlanguage: en\n"
    text = head + "objectives:\n  - Learn\n  - Fine-tune: what it changes\n---\n"
    (problem,) = Parser(Plugins()).lesson(text).problems
    assert (problem.code, problem.line) == ("E010", 8)
    message, fix = describe(problem, Catalog("en"))
    assert "before a colon" in message
    assert "double quotes" in fix
