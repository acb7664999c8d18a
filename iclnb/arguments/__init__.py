"""Checks of arguments: one function per kind, called before any work is done.

Each takes a value and the name under which the caller knows it, returns the value in the form in
which it is used (an int, a float, a float64 array, the generator), or raises ``TypeError`` for the
wrong kind and ``ValueError`` for a wrong value; the message begins with the name.

>>> from iclnb.arguments import check_array, check_number
>>> check_number(1, "noise", low=0.0)
1.0
>>> check_number(0.0, "eps", low=0.0, high=1.0, strict=True)
Traceback (most recent call last):
    ...
ValueError: eps must lie in (0, 1), got 0.0
>>> check_array([[1, 2, 3]], "X", (None, 2))
Traceback (most recent call last):
    ...
ValueError: X must have shape (any, 2), got (1, 3)
"""

from iclnb.arguments.arrays import (
    FloatArray,
    as_numbers,
    check_array,
    check_increasing,
    check_orthonormal_rows,
    check_probabilities,
    check_psd,
)
from iclnb.arguments.single import (
    check_callable,
    check_choice,
    check_each,
    check_flag,
    check_generator,
    check_instance,
    check_integer,
    check_length,
    check_number,
    check_seeds,
)

__all__ = [
    "FloatArray",
    "as_numbers",
    "check_array",
    "check_callable",
    "check_choice",
    "check_each",
    "check_flag",
    "check_generator",
    "check_increasing",
    "check_instance",
    "check_integer",
    "check_length",
    "check_number",
    "check_orthonormal_rows",
    "check_probabilities",
    "check_psd",
    "check_seeds",
]
