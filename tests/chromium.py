"""A real browser without a network, a screen or a past."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path
from typing import Any

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def drawn(page: Path) -> str:
    """Return the tree of a page as a browser has it when its scripts and images are through."""
    assert CHROMIUM is not None
    profile = page.with_name("profile")
    flags = [
        *("--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}"),
        *("--disable-background-networking", "--no-first-run", "--disable-component-update"),
        *("--host-resolver-rules=MAP * ~NOTFOUND", "--dump-dom"),
    ]
    ended = subprocess.run(
        [CHROMIUM, *flags, page.as_uri()], capture_output=True, text=True, timeout=90, check=True
    )
    return ended.stdout


def found(page: Path, script: str) -> Any:
    """Return what a script of the test's own finds out on a page; the page's own policy would not let it run."""
    text = re.sub(r"<meta http-equiv='Content-Security-Policy'[^>]*>", "", page.read_text(encoding="utf-8"))
    store = f"document.body.dataset.found = JSON.stringify((() => {{{script}}})())"
    probe = f"<script>addEventListener('load', () => {{{store}}})</script></body>"
    copy = page.with_name("probed.html")
    copy.write_text(text.replace("</body>", probe), encoding="utf-8")
    answer = re.search(r'data-found="([^"]*)"', drawn(copy))
    assert answer is not None
    return json.loads(unescape(answer[1]))
