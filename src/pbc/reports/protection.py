"""Who may see small numbers: everybody else reads protected figures, under the rule in force."""

from __future__ import annotations

from dataclasses import dataclass

from pbc.errors import RefusedInput
from pbc.stats.small_numbers import HES_2018, RULES, SmallNumbers

OWN_PRACTICE = "none_own_practice"
FOR_PURPOSE = "none_for_purpose"
MODES = ("", *RULES, OWN_PRACTICE, FOR_PURPOSE)


@dataclass(frozen=True)
class Protection:
    """How small numbers are shown to a reader.

    `mode`: empty for the rule in force, else `hes2018` or `hes2009`; `none_own_practice` shows all of `practice_code` to those
    entitled in it and protects the rest; `none_for_purpose` shows all to the commissioner's information staff, who say for what.
    """

    mode: str = ""
    practice_code: str = ""
    purpose: str = ""

    def __post_init__(self) -> None:
        if self.mode not in MODES:
            raise RefusedInput(
                "Small numbers are not protected this way.", found=self.mode, expected=", ".join(filter(None, MODES))
            )
        if (self.mode == OWN_PRACTICE) != bool(self.practice_code):
            raise RefusedInput(
                "Whose own figures are shown?", found=f"mode {self.mode or 'in force'}, practice {self.practice_code or 'none'}",
                expected=f"a practice with {OWN_PRACTICE}, and only with it",
            )  # fmt: skip
        if (self.mode == FOR_PURPOSE) != bool(self.purpose.strip()):
            raise RefusedInput(
                "Small numbers are shown for a stated purpose only.", found=self.purpose or "none",
                expected=f"a purpose with {FOR_PURPOSE}, and only with it", remedy="Say what the figures are needed for.",
            )  # fmt: skip

    @property
    def shows_all(self) -> bool:
        """Whether nothing at all is hidden."""
        return self.mode == FOR_PURPOSE

    def rule_name(self, in_force: str = HES_2018.mode) -> str:
        """This returns the name of the rule by which others' figures are protected.

        >>> Protection().rule_name(), Protection("hes2009").rule_name(), own_practice("Z90001").rule_name("hes2009")
        ('hes2018', 'hes2009', 'hes2009')
        """
        return self.mode if self.mode in RULES else in_force


PROTECTED = Protection()


def own_practice(practice_code: str) -> Protection:
    """This returns what those entitled in a practice see: all of it, and of others what everybody sees."""
    return Protection(OWN_PRACTICE, practice_code=practice_code)


def for_purpose(purpose: str) -> Protection:
    """This returns what the commissioner's information staff see, who said for what."""
    return Protection(FOR_PURPOSE, purpose=purpose)


def star_means(rule: SmallNumbers | None) -> str:
    """This returns what a * stands for on a page.

    >>> star_means(HES_2018)
    '* stands for a figure of 1 to 7 people or contacts, who could be pointed at, or for one that would give such a figure away.'
    """
    most = (rule or HES_2018).smallest_shown - 1
    return (
        f"* stands for a figure of 1 to {most} people or contacts, who could be pointed at, or for one that would give such a "
        "figure away."
    )
