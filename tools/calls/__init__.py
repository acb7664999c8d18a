"""One valid call of each public function, kept as data, and what is tried with it.

``tests/book/calls.jsonl`` holds the calls, ``tests/book/limits.yml`` the limits of each number.
For new functions::

    CALLS=new.json python -m pytest -p tools.calls.record tests/<part>/<test of the chapter>
    python -m tools.calls keep new.json
    python -m tools.calls limits

The last prints the limits that are found by trying. They go into the table by hand, after a look at
the docstring and the mathematics: the table is the second opinion, not a copy.
"""
