"""The second front end: no screen control, for screen readers, pipes and CI."""

from evoclass.plain.frontend import PlainFrontEnd

__all__ = ["PlainFrontEnd"]
