"""The kinds of arguments, read off the annotations and checked before any work.

``@guarded`` stands above every public function and class. A call with an argument of the wrong kind
(a string for a number, a float for a count, a number for a function, a link for a law) then ends in
a ``TypeError`` that begins with the argument's name. What is annotated as a numpy array must also
have entries, all finite; where gaps are allowed, the annotation is ``ArrayLike``. Whether the value
is right otherwise (its range, the shape of an array) the function checks itself, by
``iclnb.arguments``, whose words are used here.

>>> from iclnb.kinds import guarded
>>> @guarded
... def repeat(word: str, times: int, *, loud: bool = False) -> str:
...     return word * times
>>> repeat("ab", 2)
'abab'
>>> repeat("ab", 2.5)
Traceback (most recent call last):
    ...
TypeError: times must be an integer, got 2.5
>>> repeat("ab", 2, loud=1)
Traceback (most recent call last):
    ...
TypeError: loud must be True or False, got 1
"""

from iclnb.kinds.guard import guarded, kinds_of

__all__ = ["guarded", "kinds_of"]
