"""The token of a Jupyter server, which is shown nowhere."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from evoclass.errors import RunnerError


@dataclass(frozen=True, slots=True)
class Token:
    """Where the token comes from: the settings, a file, or a variable; all empty for a server that asks for none."""

    value: str = field(default="", repr=False)
    file: str = ""
    variable: str = ""

    def read(self) -> str:
        """Return the token.  Raises RunnerError."""
        token = self.value
        if self.file:
            try:
                token = Path(self.file).expanduser().read_text(encoding="utf-8")
            except (OSError, ValueError, RuntimeError) as error:
                reason = getattr(error, "strerror", None) or type(error).__name__
                raise RunnerError(
                    f"{self.file}: {reason}", "jupyter.token_file", path=self.file, reason=reason
                ) from None
        elif self.variable:
            token = os.environ.get(self.variable, "")
        token = token.strip()
        if not token and (self.file or self.variable):
            where = self.file or self.variable
            raise RunnerError(f"{where} holds no token", "jupyter.empty_token", where=where)
        if not (token.isascii() and token.isprintable()) or " " in token:
            raise RunnerError("the token has characters that no token has", "jupyter.odd_token")
        return token
