"""The front end's side of one child's pseudo-terminal."""

from __future__ import annotations

import contextlib
import fcntl
import os
import termios

_OPEN_PEER = 0x5441  # TIOCGPTPEER, which Python has no name for before 3.13
_FLAGS = os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK


class Terminal:
    """A pair of descriptors: the program writes to one and the front end reads the other.

    The front end keeps a descriptor of the program's side as well: text written there arrives after everything that the
    program has written, so that a mark can show when all of it has been read.
    """

    def __init__(self) -> None:
        self.descriptor, self.program_side = os.openpty()
        os.set_blocking(self.descriptor, False)
        settings = termios.tcgetattr(self.program_side)
        settings[0] &= ~(termios.IXON | termios.IXOFF)  # no key stops the output for good
        settings[1] &= ~termios.ONLCR  # lines end in a bare line feed
        self._settings = settings
        termios.tcsetattr(self.program_side, termios.TCSANOW, settings)
        self._behind = _open_peer(self.descriptor, self.program_side)
        self.closed = False

    def handed_over(self) -> None:
        """Close the descriptor that the child has received."""
        os.close(self.program_side)

    def resize(self, columns: int, rows: int) -> None:
        """Set the size; programs in the terminal get SIGWINCH."""
        if not self.closed:
            termios.tcsetwinsize(self.descriptor, (rows, columns))

    def write_behind(self, data: bytes) -> bytes:
        """Write `data` as if the program did; return the part for which there was no room."""
        try:
            return data[os.write(self._behind, data) :]
        except BlockingIOError:
            return data

    def hide_typing(self) -> None:
        """Switch the echo of typed text off."""
        self._settings[3] &= ~termios.ECHO
        termios.tcsetattr(self._behind, termios.TCSANOW, self._settings)

    def calm(self) -> None:
        """Undo a program's changes to the terminal's modes; text that it held back is sent on."""
        with contextlib.suppress(termios.error):
            termios.tcsetattr(self._behind, termios.TCSANOW, self._settings)
            termios.tcflow(self._behind, termios.TCOON)

    def close(self) -> None:
        """Close both sides."""
        if not self.closed:
            self.closed = True
            os.close(self.descriptor)
            os.close(self._behind)


def _open_peer(descriptor: int, program_side: int) -> int:
    """Open the program's side again, with separate flags."""
    try:
        return fcntl.ioctl(descriptor, _OPEN_PEER, _FLAGS)
    except OSError:
        return os.open(os.ttyname(program_side), _FLAGS)
