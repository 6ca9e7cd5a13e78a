"""The canteen: the small data sets of the course, drawn the same way every time.

    from evoclass_canteen import queue, spiral
"""

from __future__ import annotations

from evoclass_canteen.points import Queue, Spiral, queue, spiral

__all__ = ["Queue", "Spiral", "queue", "spiral"]
