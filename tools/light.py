"""For pytest, ``-p tools.light``: import the package of the tools, and what it spares, first.

The plugins that pytest finds by itself are imported after the named ones, and nbval, one of them,
imports nbformat.
"""
