"""How a wrong number is wrong: its sign, its decimal point, per cent instead of a share, or too few digits."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal

from evoclass.frozen import frozen

SLACK = Decimal("1e-9")
"""Relative distance at which two numbers count as the same, so that 0.1 + 0.2 is 0.3."""

MOST_POWERS = 30
"""How many places a decimal point may be off; a larger error is not a slip."""

FEWEST_DIGITS = 2
"""A number of one digit is a guess, not a rounded result."""

_EXACT = Context(prec=60, Emax=2000, Emin=-2000)


@frozen
class Target:
    """The right number and the accepted distance from it."""

    number: float
    tolerance: float = 0.0
    unit: str = ""

    def miss(self, number: float) -> str:
        """Return in one word how a number that is not accepted misses the target."""
        given, wanted = Decimal(repr(float(number))), Decimal(repr(float(self.number)))
        if wanted and given:
            if self._agrees(-given, wanted):
                return "wrong_sign"
            power = given.adjusted() - wanted.adjusted()
            # 9.99 and 10.01 agree, although one has one more place than the other.
            for places in (power, power - 1, power + 1):
                if 0 < abs(places) <= MOST_POWERS and self._agrees(given.scaleb(-places, _EXACT), wanted):
                    return "percent" if self._is_share(places) else "power_of_ten"
            if _begins(given, wanted):
                return "more_digits"
        return "too_small" if given < wanted else "too_large"

    def _agrees(self, given: Decimal, wanted: Decimal) -> bool:
        """Whether a number has the right digits: within the tolerance, exact, or with fewer of them."""
        # A tolerance as large as the target would take any number for the right one.
        tolerance = min(Decimal(repr(float(self.tolerance))), abs(wanted) / 20)
        return abs(given - wanted) <= tolerance + SLACK * abs(wanted) or _begins(given, wanted)

    def _is_share(self, places: int) -> bool:
        """Whether a share was given instead of per cent, or per cent instead of a share."""
        if self.unit == "%":
            return places == -2
        return places == 2 and not self.unit and abs(self.number) <= 1


TYPED_DIGITS = 6
"""Digits of a result that a learner can be expected to write."""


def is_typable(number: float, tolerance: float) -> bool:
    """Whether a learner who writes whole numbers in full and other results with six digits is within the tolerance."""
    if float(number).is_integer():
        return True
    typed = Decimal(f"{number:.{TYPED_DIGITS}g}")
    exact = Decimal(repr(float(number)))
    return abs(typed - exact) <= Decimal(repr(float(tolerance))) + SLACK * abs(exact)


def _begins(given: Decimal, wanted: Decimal) -> bool:
    """Whether a number is the wanted one rounded or cut off to fewer digits."""
    digits = len(given.normalize(_EXACT).as_tuple().digits)
    if not FEWEST_DIGITS <= digits < len(wanted.normalize(_EXACT).as_tuple().digits):
        return False
    ways = (ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_DOWN)
    return any(given == Context(prec=digits, rounding=way).plus(wanted) for way in ways)
