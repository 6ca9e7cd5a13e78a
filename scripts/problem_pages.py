"""Write `docs/problems/`: a page for each code of `evoclass check`, as `evoclass explain` shows it, and a list."""

from __future__ import annotations

from pathlib import Path

from evoclass.i18n import Catalog
from evoclass.lint.pages import examples, headline, page
from evoclass.pluginhost.plugins import Plugins
from evoclass.reading.markup import Parser

FOLDER = Path(__file__).parents[1] / "docs" / "problems"


def main() -> None:
    catalog, parser = Catalog("en"), Parser(Plugins())
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path in FOLDER.glob("*.md"):
        path.unlink()
    rows = []
    for code in sorted(examples()):
        (FOLDER / f"{code}.md").write_text(page(code, catalog, parser), encoding="utf-8")
        message = headline(code, catalog, parser).replace("|", "\\|")
        rows.append(f"| [{code}]({code}.md) | {message} |")
    head = (
        "# What `evoclass check` finds\n\nE is an error, W a warning. "
        "`evoclass explain CODE` shows the same pages, in your language.\n"
    )
    (FOLDER / "README.md").write_text(
        f"{head}\n| Code | |\n|---|---|\n" + "\n".join(rows) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
