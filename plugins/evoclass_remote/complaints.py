"""What the last words of `ssh` and of the programs behind it mean, as keys of sentences that say what to do."""

from __future__ import annotations

import re

_MEANINGS = (
    (r"Host key verification failed|No \S+ host key is known", "remote.ssh.key"),
    (r"Permission denied \(|Too many authentication failures", "remote.ssh.denied"),
    (r"Could not resolve hostname", "remote.ssh.no_machine"),
    (r"connect to host .* port \d+: |Connection timed out|banner exchange", "remote.ssh.unreachable"),
    (r"No module named '?evoclass", "remote.no_evoclass"),
    (r"Try `python -h'|[Uu]nknown option:? -P", "remote.old_python"),
    (
        r"command not found|not found in \$PATH|: not found\Z|: No such file or directory\Z"
        r"|: Permission denied\Z|: Is a directory\Z",
        "remote.no_python",
    ),
)
"""Of a line, and the key of its meaning; the first one that fits counts."""


def meaning(line: str) -> str:
    """Return the key of the sentence for a command's last line, or no key if it is none of the usual ones."""
    return next((key for pattern, key in _MEANINGS if re.search(pattern, line)), "")
