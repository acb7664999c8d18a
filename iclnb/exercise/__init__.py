"""A checker of the reader's answers.

An exercise asks for a function. :func:`check` compares the reader's function with the solution and
gives back the one with which the chapter goes on.
"""

from iclnb.exercise.checker import check

__all__ = ["check"]
