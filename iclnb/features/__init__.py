r"""Features: what one gradient step learns about single-index tasks, and what pretraining saves.

After K. Oko, Y. Song, T. Suzuki and D. Wu, *Pretrained Transformer Efficiently Learns
Low-Dimensional Target Functions In-Context* (NeurIPS 2024, known second-hand), and the third part
of T. Suzuki's slides. One package per chapter:

* :mod:`iclnb.features.one_gradient_step`: the tasks, and what one large step learns of them;
* :mod:`iclnb.features.learning_in_context`: the second stage, its risk, and the baselines;
* :mod:`iclnb.features.information_exponent`: what the exponent costs, in one step and along flows;
* :mod:`iclnb.features.low_dimensional_gpt2`: a decoder trained on the same tasks (torch).

Importing this package imports none of them.
"""
