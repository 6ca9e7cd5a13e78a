"""Runners over Jupyter kernels, and how learners set them up."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import quote, urlsplit

from evoclass.errors import ConfigError
from evoclass.runner import Availability, Runner, RunnerKind, install_command
from evoclass.settings import Setting
from evoclass_jupyter.token import Token
from evoclass_remote.link import Link
from evoclass_remote.runner import COMMON, RemoteRunner, common

_KERNEL = re.compile(r"[A-Za-z0-9._-]{1,100}\Z")


class JupyterRunner(RemoteRunner):
    """Runs programs at a host that a kernel joins."""

    url: ClassVar[str] = ""
    """Of the server, or the Hub; empty for a kernel of this machine."""
    token: ClassVar[Token] = Token()
    kernel: ClassVar[str] = "python3"
    hub_user: ClassVar[str] = ""

    @classmethod
    def available(cls) -> Availability:
        package = "tornado" if cls.url else "jupyter_client"
        if importlib.util.find_spec(package) is None:
            return Availability(
                False,
                "jupyter.no_package",
                {"package": package, "command": install_command(["evoclass[jupyter]"])},
            )
        return Availability(True, device=cls.name)

    def make_link(self) -> Link:
        from evoclass_jupyter.commlink import CommLink

        if not self.url:
            from evoclass_jupyter.local import LocalKernels

            return CommLink(LocalKernels(self.kernel), self.kernel)
        from evoclass_jupyter.hub import Hub
        from evoclass_jupyter.server import ServerKernels
        from evoclass_jupyter.web import Web

        assert self._remembered is not None
        hub, url = None, self.url
        if self.hub_user:
            hub = Hub(Web(url, self.token), self.hub_user)
            url = f"{url}/user/{quote(self.hub_user, safe='')}"
        kernels = ServerKernels(
            Web(url, self.token), self.kernel, hub, self._remembered.note, self._remembered.write_down
        )
        return CommLink(kernels, self.kernel)


class JupyterKind(RunnerKind):
    """`url = "https://jupyter.example.org"` and where the token is; no url for a kernel of this machine."""

    name = "jupyter"
    settings = (
        Setting("url", ""),
        Setting("token", ""),
        Setting("token_file", ""),
        Setting("token_variable", ""),
        Setting("kernel", "python3"),
        Setting("hub_user", ""),
        # The kernel's own Python is the one that runs programs.
        *(setting for setting in COMMON if setting.name != "python"),
    )

    @classmethod
    def make(cls, name: str, values: Mapping[str, Any]) -> type[Runner]:
        url = values["url"].rstrip("/")
        if url and not _is_address(url):
            raise ConfigError(
                "url is no address of a server", "jupyter.no_address", url=_without_secrets(url)
            )
        places = [values["token"], values["token_file"], values["token_variable"]]
        if sum(map(bool, places)) > 1:
            raise ConfigError("more than one place for the token", "jupyter.two_tokens")
        if not url and (any(places) or values["hub_user"]):
            raise ConfigError("there is no url for the token or the user", "jupyter.no_url")
        if not _KERNEL.match(values["kernel"]):
            raise ConfigError(
                f"{values['kernel']!r} is no kernel", "jupyter.odd_kernel", kernel=values["kernel"]
            )
        attributes = {
            "url": url,
            "token": Token(*places),
            "kernel": values["kernel"],
            "hub_user": values["hub_user"],
        }
        return type(cls.__name__, (JupyterRunner,), common(name, values) | attributes)


def _is_address(url: str) -> bool:
    """Whether this is the address of a server, and nothing more: a secret in it would be shown."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - raises ValueError
    except ValueError:
        return False
    return (
        parts.scheme in ("http", "https")
        and bool(parts.hostname)
        and parts.username is None
        and not parts.query
        and not parts.fragment
        and url.isascii()
        and url.isprintable()
        and " " not in url
    )


def _without_secrets(url: str) -> str:
    return re.sub(r"//[^/]*@", "//", url.partition("?")[0].partition("#")[0])
