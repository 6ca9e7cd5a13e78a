"""Requirements for every explanation of errors.  Subclass in your tests, and pytest does the rest:

class TestDivision(ExplanationContract):
    explain = staticmethod(explain_error)
    errors = (ErrorReport(type="ZeroDivisionError", text="division by zero", line=3),)
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import ClassVar

import msgspec

from evoclass.explanation import Explanation
from evoclass.protocol import ErrorReport
from evoclass.wording.printable import printable
from evoclass.wording.sentences import own_languages


class ExplanationContract:
    """Tests of one `explain_error`, on errors that it explains."""

    explain: ClassVar[Callable[..., Explanation | None]]
    errors: ClassVar[tuple[ErrorReport, ...]]

    def explained(self, error: ErrorReport, language: str) -> Explanation:
        """Return the explanation of an error."""
        found = type(self).explain(error, language)
        assert isinstance(found, Explanation), f"{error.type} is not explained in {language}"
        return found

    def test_each_error_is_explained_in_every_language(self) -> None:
        for error in self.errors:
            told = [self.explained(error, language) for language in own_languages()]
            assert len({one.what for one in told}) == len(own_languages()), (
                f"{error.type}: one text for all languages"
            )

    def test_titles_are_short_and_sentences_are_sentences(self) -> None:
        for error in self.errors:
            for language in own_languages():
                found = self.explained(error, language)
                assert 0 < len(found.title) <= 80, found.title
                assert not found.title.endswith("."), found.title
                for text in (found.what, found.try_this):
                    assert text == text.strip()
                    assert printable(text) == text
                    assert text[-1:] in ".:?!`", text
                    assert not re.fullmatch(r"[a-z_]+(\.[a-z_]+)+", text), (
                        f"no sentence for {text} in {language}"
                    )
                    assert text.count("`") % 2 == 0, text

    def test_the_line_is_one_of_the_program_or_none(self) -> None:
        for error in self.errors:
            assert self.explained(error, "en").line >= 0

    def test_other_errors_are_passed_on(self) -> None:
        assert type(self).explain(ErrorReport(type="NoSuchError", text="", line=1), "en") is None

    def test_errors_of_its_kinds_with_other_words_do_not_raise(self) -> None:
        for error in self.errors:
            for text in ("", "\x00", "(" * 500, "9" * 5000, "`%s` {0} [b]"):
                found = type(self).explain(msgspec.structs.replace(error, text=text), "en")
                assert found is None or isinstance(found, Explanation)
