r"""The statistics of in-context learning: rates, lower bounds, and how many tasks are needed.

After J. Kim, T. Nakamaki and T. Suzuki, *Transformers are Minimax Optimal Nonparametric In-Context
Learners* (NeurIPS 2024, arXiv 2408.12186), the first half of T. Suzuki's slides, A. Raventós et
al., *Pretraining task diversity and the emergence of non-Bayesian in-context learning for
regression* (NeurIPS 2023), and Y. M. Lu et al., *Asymptotic theory of in-context learning by linear
attention*. One package per chapter:

* :mod:`iclnb.statistics.nonparametric_icl`: exact risks with known features, pretraining on T
  tasks;
* :mod:`iclnb.statistics.function_spaces`: bases, and how many functions an error takes;
* :mod:`iclnb.statistics.learning_the_basis`: features that are trained;
* :mod:`iclnb.statistics.minimax_lower_bound`: what no method can beat;
* :mod:`iclnb.statistics.task_diversity`: from the Bayes rule of a finite pool to ridge regression.

Importing this package imports none of them.
"""
