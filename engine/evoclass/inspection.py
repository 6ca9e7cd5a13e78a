"""The old place of `Probe`, `Glance` and `Picture`, for plugins that were written before they moved."""

import warnings

from evoclass.probe import Glance, Picture, Probe

__all__ = ["Glance", "Picture", "Probe"]

warnings.warn(
    "import probes from evoclass.probe; evoclass.inspection goes with the next version",
    DeprecationWarning,
    stacklevel=2,
)
