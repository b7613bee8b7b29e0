"""Finding an NHS number in a text: ten digits, parted or not, whose last agrees with the other nine by modulus 11."""

from __future__ import annotations

import re

_TEN = re.compile(r"(?<![0-9])[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{4}(?![0-9])")


def holds_nhs_number(text: str) -> bool:
    """This returns whether ten digits that pass the same check stand anywhere in a text, parted or not.

    >>> holds_nhs_number("P999 000 0018x"), holds_nhs_number("9990000019"), holds_nhs_number("99900000181")
    (True, False, False)
    """
    for found in _TEN.findall(text):
        digits = [int(sign) for sign in found if sign not in " -"]
        if sum((10 - place) * digit for place, digit in enumerate(digits)) % 11 == 0 and len(set(digits)) > 1:
            return True
    return False
