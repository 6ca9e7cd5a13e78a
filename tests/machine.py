"""A machine of a learner with several of them: what runs commands there."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

Machine = Callable[..., "subprocess.CompletedProcess[str]"]
