"""Several small Transformers trained as one, so that a graphics card has enough to do.

:mod:`.blocks` computes a stack, :mod:`.training` takes its steps, :mod:`.runs` keeps the runs of
it apart. All import torch; the room does not import them.
"""
