"""Dynamics: how gradient descent moves the attention map.

One package per chapter:

* :mod:`iclnb.dynamics.stage_wise_training`: the population flow of softmax attention on orthonormal
  features, its phases and their times;
* :mod:`iclnb.dynamics.stage_wise_in_practice`: finitely many prompts, minibatches, many
  frequencies.

Importing this package imports none of them.
"""
