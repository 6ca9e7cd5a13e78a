"""A real terminal emulator, xterm.js with its addon for images, in a real browser without a screen."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import shutil
import subprocess
import urllib.request
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image

from chromium import CHROMIUM

PACKAGES = ("@xterm/xterm/lib/xterm.js", "@xterm/addon-image/lib/addon-image.js")
PAGE = """\
<html><head><link rel="stylesheet" href="{css}">
<script src="{terminal}"></script><script src="{images}"></script></head>
<body style="margin:0;background:#000"><div id="terminal"></div><script>
const said = [];
const terminal = new Terminal({{cols: {columns}, rows: {rows}, fontSize: 16, fontFamily: "DejaVu Sans Mono, monospace",
  allowProposedApi: true, windowOptions: {{getCellSizePixels: true, getWinSizePixels: true}}}});
terminal.loadAddon(new ImageAddon.ImageAddon({{}}));
terminal.onData(data => said.push(data));
terminal.open(document.getElementById("terminal"));
const write = text => new Promise(done => terminal.write(
  Uint8Array.from(atob(text), letter => letter.charCodeAt(0)), done));
const drawn = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
const size = () => document.querySelector(".xterm-screen").getBoundingClientRect();
</script></body></html>
"""


@cache
def folder() -> Path | None:
    """Return where npm has installed the terminal, or None when a part is missing."""
    npm = shutil.which("npm")
    if npm is None or CHROMIUM is None:
        return None
    root = subprocess.run([npm, "root", "--global"], capture_output=True, text=True, check=False).stdout
    found = Path(root.strip())
    return found if all((found / package).is_file() for package in PACKAGES) else None


def _fetched(address: str) -> bytes:
    with urllib.request.urlopen(address) as answer:
        return bytes(answer.read())


class XTerm:
    """One terminal: `async with XTerm(page, 30, 12) as terminal`."""

    def __init__(self, page: Path, columns: int, rows: int) -> None:
        modules = folder()
        assert modules is not None
        self._page, self._columns, self._rows = page, columns, rows
        terminal, images = (modules / package for package in PACKAGES)
        css = terminal.parent.parent / "css" / "xterm.css"
        text = PAGE.format(
            css=css.as_uri(),
            terminal=terminal.as_uri(),
            images=images.as_uri(),
            columns=columns,
            rows=rows,
        )
        page.write_text(text, encoding="utf-8")

    async def __aenter__(self) -> XTerm:
        from tornado.websocket import websocket_connect

        profile = self._page.with_name("profile")
        flags = [
            *(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
                "--remote-debugging-port=0",
            ),
            *("--disable-background-networking", "--disable-component-update", f"--user-data-dir={profile}"),
            *("--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1", "--window-size=800,600"),
        ]
        assert CHROMIUM is not None
        self._browser = await asyncio.create_subprocess_exec(
            *(CHROMIUM, *flags, self._page.as_uri()), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        port = profile / "DevToolsActivePort"
        async with asyncio.timeout(60):
            while not (port.exists() and port.read_text().count("\n")):  # noqa: ASYNC110 - a file of another process
                await asyncio.sleep(0.05)
            address = f"http://127.0.0.1:{port.read_text().splitlines()[0]}/json"
            while True:
                listed = json.loads(await asyncio.to_thread(_fetched, address))
                pages = [one for one in listed if one["url"].endswith(self._page.name)]
                if pages:
                    break
                await asyncio.sleep(0.05)
        self._socket = await websocket_connect(pages[0]["webSocketDebuggerUrl"], max_message_size=50_000_000)
        self._count = 0
        async with asyncio.timeout(60):
            while not await self.evaluate("document.readyState == 'complete' && typeof write == 'function'"):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._socket.close()
        self._browser.terminate()
        await self._browser.wait()

    async def write(self, data: str) -> None:
        """Let a program write, and wait until all of it is taken."""
        await self.evaluate(f"write('{base64.b64encode(data.encode()).decode()}')")

    async def said(self) -> str:
        """Return what the terminal has answered."""
        return str(await self.evaluate("said.join('')"))

    async def screen(self) -> Image.Image:
        """Return what a person sees: the cells of the terminal, and nothing around them."""
        await self.evaluate("drawn()")
        width, height = await self.evaluate("[size().width, size().height]")
        clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
        answer = await self._call("Page.captureScreenshot", format="png", clip=clip)
        return Image.open(io.BytesIO(base64.b64decode(answer["data"]))).convert("RGB")

    async def evaluate(self, script: str) -> Any:
        answer = await self._call(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    async def _call(self, method: str, **parameters: Any) -> Any:
        self._count += 1
        await self._socket.write_message(
            json.dumps({"id": self._count, "method": method, "params": parameters})
        )
        while True:
            message = await self._socket.read_message()
            assert message is not None, "the browser has gone"
            answer = json.loads(message)
            if answer.get("id") == self._count:
                return answer["result"]
