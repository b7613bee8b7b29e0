"""Money is integer pence. Shares of a sum are distributed so that the parts always add up to the whole."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from pbc.errors import RefusedInput

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MINUS = "\u2212"
LARGEST_PENCE = 2**53  # 90 trillion pounds: beyond it a double cannot hold a penny, and no health service spends it

_PLAIN_POUNDS = re.compile(r"[-\u2212]?\d+(\.\d+)?", re.ASCII)
_POUNDS_FOR_PEOPLE = re.compile(r"([-\u2212]?)£?(\d{1,3}(?:,\d{3})+|\d+)(\.\d{1,2})?", re.ASCII)


def pence_from_pounds(text: str, *, places: int = 2) -> int:
    """This returns integer pence from pounds written as a plain decimal with at most `places` decimals, as data files do.

    Signs, separators and currency marks are refused, not guessed: a file that carries them is not in its layout.

    >>> pence_from_pounds("1204.5"), pence_from_pounds("-0.07")
    (120450, -7)
    """
    cleaned = text.strip()
    if not _PLAIN_POUNDS.fullmatch(cleaned):
        raise RefusedInput("This is not a plain amount in pounds.", found=text, expected="digits like 1204.50")
    amount = Decimal(cleaned.replace(MINUS, "-")) * 100
    if len(cleaned.partition(".")[2]) > places:
        raise RefusedInput("This amount has too many decimals.", found=text, expected=f"at most {places} decimals")
    return _within_reach(int(amount.to_integral_value(rounding=ROUND_HALF_UP)), text)


def pence_typed_by_a_person(text: str) -> int:
    """This returns integer pence from an amount as people type it: £12,500, 12500.00, −£30.

    >>> pence_typed_by_a_person("£12,500"), pence_typed_by_a_person("−£30.5")
    (1250000, -3050)
    """
    match = _POUNDS_FOR_PEOPLE.fullmatch(text.strip().replace(" ", ""))
    if match is None:
        raise RefusedInput(
            "This is not an amount in pounds.", found=text, expected="an amount like 12500 or £12,500.00"
        )
    pence = int(Decimal(match[2].replace(",", "") + (match[3] or "")) * 100)
    return _within_reach(-pence if match[1] else pence, text)


def _within_reach(pence: int, text: str) -> int:
    if abs(pence) > LARGEST_PENCE:
        raise RefusedInput("This amount is absurdly large.", found=text, expected="less than £90 trillion")
    return pence


def pounds(pence: int) -> str:
    """This returns whole pounds for a page, halves rounded away from zero, with a true minus sign.

    >>> pounds(120_450_050), pounds(-2_428_000), pounds(-40)
    ('£1,204,501', '−£24,280', '£0')
    """
    return _signed(round_half_up(pence, to=100) // 100, "{:,}")


def pounds_and_pence(pence: int) -> str:
    """This returns pounds with pence, for unit prices and downloads read by people.

    >>> pounds_and_pence(79065), pounds_and_pence(-5)
    ('£790.65', '−£0.05')
    """
    sign = MINUS if pence < 0 else ""
    return f"{sign}£{abs(pence) // 100:,}.{abs(pence) % 100:02d}"


def pounds_exactly(pence: int) -> str:
    """This returns pounds, with pence where there are any: for amounts side by side, and for one that decides.

    >>> pounds_exactly(300_050), pounds_exactly(-200_000)
    ('£3,000.50', '−£2,000')
    """
    return pounds_and_pence(pence) if pence % 100 else pounds(pence)


def pounds_to_nearest_hundred(pence: int) -> str:
    """This returns pounds rounded to £100, as statement pages show them.

    >>> pounds_to_nearest_hundred(120_455_050)
    '£1,204,600'
    """
    return _signed(round_half_up(pence, to=10_000) // 100, "{:,}")


def _signed(whole_pounds: int, form: str) -> str:
    return (MINUS if whole_pounds < 0 else "") + "£" + form.format(abs(whole_pounds))


def round_half_up(amount: int, *, to: int) -> int:
    """This returns an integer rounded to a multiple of `to`, halves away from zero (decimal half up, methods.md 3.8).

    >>> round_half_up(12345, to=100), round_half_up(-150, to=100)
    (12300, -200)
    """
    size = (abs(amount) + to // 2) // to * to
    return -size if amount < 0 else size


def nearest(amount: Fraction | int) -> int:
    """This returns the nearest whole penny, halves up.

    >>> nearest(Fraction(5, 2)), nearest(Fraction(-5, 2))
    (3, -2)
    """
    exact = Fraction(amount)
    return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)


def share_out(total_pence: int, weights: Sequence[float | int | Fraction], *, keys: Sequence[object]) -> list[int]:
    """This returns whole pence in proportion to the weights, adding up to exactly `total_pence`, by largest remainder.

    Equal remainders are settled by `keys` in order, so that the order of rows never changes anyone's share.
    A negative total is shared out as its mirror image. Weights must be finite, not negative and not all zero.

    >>> share_out(100, [1, 1, 1], keys=["a", "b", "c"])
    [34, 33, 33]
    """
    checked = _checked_weights(weights, keys)
    if total_pence < 0:
        return [-part for part in share_out(-total_pence, weights, keys=keys)]
    exact = [
        weight if type(weight) is int else Fraction(weight) for weight in checked
    ]  # whole numbers are divided as such
    whole = sum(exact)
    divided = [divmod(total_pence * weight, whole) for weight in exact]
    parts = [int(quotient) for quotient, _ in divided]
    order = sorted(range(len(parts)), key=lambda i: (-divided[i][1], keys[i]))
    for position in order[: total_pence - sum(parts)]:
        parts[position] += 1
    return parts


def share_out_many(
    total_pence: int, weights: NDArray[np.float64], *, order: NDArray[np.int64] | None = None
) -> NDArray[np.int64]:
    """This returns the same shares as `share_out` for thousands of weights at once, as int64 pence.

    `order` is the position of each row in key order (default: as given). Remainders are compared in double precision:
    within 1e-3 of a penny two rows may swap their last penny against the exact version; the sum is exact always.

    >>> import numpy as np
    >>> share_out_many(100, np.array([1.0, 1.0, 1.0])).tolist()
    [34, 33, 33]
    """
    import numpy as np  # here alone: costing shares out a few sums and is spared loading it

    values = np.asarray(weights, dtype=np.float64)
    _checked_weights(values.tolist(), range(len(values)))
    if total_pence < 0:
        mirrored: NDArray[np.int64] = -share_out_many(-total_pence, values, order=order)
        return mirrored
    _within_reach(total_pence, str(total_pence))
    quotas = values * (total_pence / math.fsum(values))  # exactly rounded: a plain sum would depend on row order
    parts: NDArray[np.int64] = np.floor(quotas).astype(np.int64)
    tie = np.arange(len(values)) if order is None else order
    ranked = np.lexsort((tie, parts - quotas))
    left = int(total_pence - parts.sum())
    if not 0 <= left <= len(parts):  # double precision lost whole pence: the exact way costs time, not pennies
        keys = tie.tolist()
        return np.array(share_out(total_pence, values.tolist(), keys=keys), dtype=np.int64)
    parts[ranked[:left]] += 1
    return parts


def _checked_weights(
    weights: Sequence[float | int | Fraction], keys: Sequence[object]
) -> Sequence[float | int | Fraction]:
    if len(weights) != len(keys):
        raise ValueError(f"{len(weights)} weights but {len(keys)} keys")
    for weight, key in zip(weights, keys, strict=True):
        if not (0 <= weight < float("inf")):
            raise RefusedInput(
                "A share needs a weight that is a number and not negative.", where=str(key), found=str(weight)
            )
    if not any(weight > 0 for weight in weights):
        raise RefusedInput(
            "There is nobody to share this money among: every weight is zero.",
            remedy="Give at least one practice a weight above zero.",
        )
    return weights
