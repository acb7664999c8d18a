r"""Stage-wise training of softmax attention, computed exactly.

One softmax attention layer is trained by gradient descent to predict a linear task from prompts
whose tokens are drawn from finitely many orthonormal features (the setting of Huang, Cheng and
Liang, "In-Context Convergence of Transformers", arXiv 2310.05249).

Convention of the whole package: query feature k, key feature n,

.. math:: S_{kn} = v_n^\top Q v_k, \qquad A_k = S_{kk}, \qquad B_{k,n} = S_{kn}\ (n \ne k),

loss :math:`L = \sum_k p_k L_k`, :math:`L_k = \tfrac12 E[(\hat y - y_q)^2 \mid x_q = v_k]`.

The full text of the paper was not available; the formulas here are derived, its bounds are
second-hand and say so.
"""
