"""What a reader can work out by algebra from figures that were told, and secrets that must not follow."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

NOTHING = 1e-7
Vectors = NDArray[np.float64]


class Known:
    """What follows from figures told so far, each a sum of atoms that nobody knows, and the secrets that do not follow yet.

    >>> known = Known(2)
    >>> known.guard(np.array([[1.0, 0.0]]))
    >>> known.may_learn(np.array([1.0, 1.0])), known.may_learn(np.array([0.0, 1.0])), known.follows(np.array([2.0, 2.0]))
    (True, False, True)
    """

    def __init__(self, size: int) -> None:
        self._told = np.zeros((0, size))  # directions at right angles, each of length 1
        self._secrets = np.zeros((0, size))  # what each keeps beside them

    def copy(self) -> Known:
        """This returns the same knowledge, to be tried on."""
        same = Known(self._told.shape[1])
        same._told, same._secrets = self._told, self._secrets
        return same

    def guard(self, secrets: Vectors) -> None:
        """This writes down secrets, to be kept from here on; those that follow already are none."""
        rest = self._rest(secrets)
        self._secrets = np.vstack([self._secrets, rest[_sizes(rest) > NOTHING]])

    def follows(self, figure: Vectors) -> bool:
        """This returns whether a figure can be worked out."""
        return bool(_sizes(self._rest(figure[None, :]))[0] <= NOTHING)

    def learn(self, figure: Vectors) -> None:
        """This writes down a figure as told, whatever follows."""
        rest = self._rest(figure[None, :])[0]
        if (size := float(np.linalg.norm(rest))) > NOTHING:
            left = self._beside(rest / size)
            self._take(rest / size, left[_sizes(left) > NOTHING])

    def may_learn(self, figure: Vectors) -> bool:
        """This returns whether a figure tells no secret, and tells it then."""
        rest = self._rest(figure[None, :])[0]
        if (size := float(np.linalg.norm(rest))) <= NOTHING:
            return True
        left = self._beside(rest / size)
        if (_sizes(left) <= NOTHING).any():
            return False
        self._take(rest / size, left)
        return True

    def _rest(self, figures: Vectors) -> Vectors:
        for _ in range(2):  # the second time takes away what rounding left
            figures = figures - (figures @ self._told.T) @ self._told
        return figures

    def _beside(self, direction: Vectors) -> Vectors:
        return self._secrets - np.outer(self._secrets @ direction, direction)

    def _take(self, direction: Vectors, secrets: Vectors) -> None:
        self._told, self._secrets = np.vstack([self._told, direction]), secrets


def _sizes(vectors: Vectors) -> Vectors:
    sizes: Vectors = np.linalg.norm(vectors, axis=1)
    return sizes
