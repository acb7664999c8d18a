"""Foundations: what in-context learning is, and attention read as regression.

One package per chapter:

* :mod:`iclnb.foundations.in_context_learning`: prompts, linear attention as a step of gradient
  descent, pretraining and fine-tuning;
* :mod:`iclnb.foundations.attention_as_regression`: exact risks of linear and softmax attention, the
  best matrix, and training it.

Importing this package imports none of them.
"""
