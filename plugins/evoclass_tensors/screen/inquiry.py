"""The value that the learner looks at closely: what the run is asked about it, and what there is to show."""

from __future__ import annotations

from time import monotonic

import msgspec

from evoclass.i18n import Catalog
from evoclass.protocol import Detail
from evoclass_tensors.screen.album import figured, pictured
from evoclass_tensors.screen.classes import PAGE, Classes
from evoclass_tensors.screen.columns import is_curve, is_single
from evoclass_tensors.screen.curve import Comparison, Curve
from evoclass_tensors.screen.earlier import EarlierRuns
from evoclass_tensors.screen.journey import Journey
from evoclass_tensors.screen.subject import Subject
from evoclass_tensors.screen.tree import inside

PATIENCE = 3.0
"""Seconds after which an answer counts as lost."""


class Inquiry:
    """Asks for close looks at one value, and brings together what is known of it at a moment of the run."""

    def __init__(self, earlier: EarlierRuns) -> None:
        self.name = ""
        """The value or expression; empty if none is shown close up."""
        self.slice: tuple[int, ...] = ()
        self.chart = Comparison()
        self.classes = Classes()
        self.labels = ""
        """Expression of the labels of the images that are shown, once they have been asked for."""
        self._earlier = earlier
        self.asked = ""
        """Expression whose close look has been requested."""
        self._asked_at = 0.0

    def begin(self) -> None:
        """Another run begins: it has been asked nothing yet."""
        self.asked = self.labels = ""

    def turn_to(self, name: str) -> None:
        """Look at another value, or at none."""
        self.name, self.slice = name, ()

    # ------------------------------------------------------------------------------------ questions and answers

    def ask(self) -> bool:
        """Return whether the run should be asked now, and note that it is."""
        due = bool(self.name) and (not self.asked or monotonic() - self._asked_at > PATIENCE)
        if due:
            self.asked, self._asked_at = self.name, monotonic()
        return due

    def answered(self, expression: str) -> None:
        """Note that an answer has come."""
        if self.asked == expression:
            self.asked = ""

    def ask_labels(self, images: Detail, journey: Journey) -> str:
        """Return the expression of the images' classes, where the lesson says which value has them; else nothing."""
        row = images.summary
        name = self.classes.labels_of(row, journey.rows) if row is not None and images.images else ""
        first = self.slice[0] if self.slice else 0
        self.labels = f"{name}[{first}:{first + PAGE}]" if name else ""
        return self.labels

    def turn_slice(self, journey: Journey, by: int, images_shown: int) -> bool:
        """Go to another 2-D slice of a value with more axes; return whether there is any."""
        taken = journey.closeup(self.name)
        detail = taken.detail if taken is not None else None
        shape = detail.summary.shape if detail is not None and detail.summary is not None else None
        if not self.name or shape is None or len(shape) < 3:
            return False
        places = [*self.slice, *[0] * len(shape)][: len(shape) - 2]
        if detail is not None and detail.images and len(shape) == 4:
            # The first axis counts the images: turn a page of them, as long as there is one.
            first = max(0, places[0] + by * max(1, images_shown))
            places = [first if first < shape[0] else places[0], *places[1:]]
            axes = range(0)
        else:
            axes = range(len(places) - 1, -1, -1)
        for axis in axes:
            places[axis] += by
            if 0 <= places[axis] < shape[axis]:
                break
            places[axis] %= shape[axis]
        self.slice = tuple(places)
        self.asked = ""
        return True

    # --------------------------------------------------------------------------------------- what there is to show

    def subject(self, journey: Journey, catalog: Catalog, *, alive: bool) -> Subject:
        """Return the value with its data at the shown moment; `alive` is whether the run can still be asked."""
        row = journey.rows.get(self.name)
        absent = row is None and not journey.live and journey.was_seen(self.name)
        taken = journey.closeup(self.name) if not absent else None
        detail = taken.detail if taken is not None else None
        # The row is there, but nothing has that name any more: it was a local variable.
        returned = row is not None and detail is not None and detail.error.startswith("NameError")
        detail = None if returned else detail
        other_moment = detail is not None and taken is not None and not taken.of_moment
        older = journey.figures_step if row is not None and not is_curve(row) else None
        small = row is not None and not any(self.slice)
        thumbnail = journey.thumbnail(self.name, newest=returned) if small else None
        now = journey.moment.step if journey.moment is not None else 0
        own_picture = thumbnail is not None and thumbnail.step == now
        if detail is not None and thumbnail is not None and not own_picture:
            nearer = not other_moment or abs(detail.step - now) < now - thumbnail.step
            thumbnail = None if nearer else thumbnail
        if row is not None and thumbnail is not None:
            blank = Detail(request=0, expression=self.name)
            detail, other_moment = pictured(detail or blank, thumbnail, row.shape or ()), not own_picture
            exact = figured(row, thumbnail) if older is not None else None
            if exact is not None and own_picture:
                row, older = exact, None
            elif exact is not None and older is not None and older < thumbnail.step:
                row, older = msgspec.structs.replace(exact, norm=row.norm), thumbnail.step
        note = ""
        if absent:
            note = catalog("tensors.detail.absent")
        elif returned and older is None and thumbnail is None:
            whole = row is not None and (is_curve(row) or row.kind == "module")  # nothing is missing then
            note = "" if whole else catalog("tensors.detail.returned")
        elif detail is None and self.asked:
            note = catalog("tensors.detail.asking")
        elif detail is not None and other_moment and row is None:
            # An expression has no row: its value at this moment was never computed.
            note = catalog("tensors.detail.unknown", step=detail.step)
        elif older is not None:
            note = self._older(journey, catalog, older, own_picture, detail if other_moment else None)
        elif detail is not None and other_moment and detail.grid and not (row is not None and is_single(row)):
            note = catalog("tensors.detail.past", step=detail.step)
        elif detail is None and not alive:
            note = catalog("tensors.detail.gone")
        return Subject(
            self.name,
            row,
            detail,
            detail.error if detail is not None else "",
            note,
            journey.history(self.name),
            journey.timeline.trouble.get(self.name),
            journey.live and (alive or detail is not None),
            self.slice,
            inside(journey.rows, self.name) if row is not None and row.kind == "module" else (),
            curve := journey.curve(self.name) if row is not None else Curve(),
            self._beside(journey, curve),
            journey.optimizers,
            self.chart,
            self.classes,
            self._image_labels(journey),
            self.labels.partition("[")[0],
        )

    def _older(
        self, journey: Journey, catalog: Catalog, step: int, pictured: bool, other: Detail | None
    ) -> str:
        """Say of which steps the figures and the picture are at a moment between two frames."""
        now = journey.moment.step if journey.moment is not None else step
        key = "stale" if pictured else "norm_only" if journey.has_number(self.name, now) else "older"
        note = catalog(f"tensors.detail.{key}", step=step, now=now)
        if other is not None and other.grid:
            note += f" {catalog('tensors.detail.picture_of', step=other.step)}"
        return note

    def _image_labels(self, journey: Journey) -> tuple[float | None, ...]:
        taken = journey.closeup(self.labels) if self.labels else None
        return taken.detail.grid[0] if taken is not None and taken.detail.grid else ()

    def _beside(self, journey: Journey, curve: Curve) -> list[Curve]:
        """Return the curves that are drawn with one: values that the learner added, and those of earlier runs."""
        others = [journey.curve(name) for name in self.chart.others if name != curve.name]
        past = self._earlier.curves(curve.name)
        past += [one for other in others for one in self._earlier.curves(other.name, 1)]
        return [one for one in (*others, *past) if len(one.known) > 1 and one.by_step == curve.by_step]
