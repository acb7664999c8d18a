r"""The loss landscape of in-context learning with a feature-learning Transformer.

After J. Kim and T. Suzuki, *Transformers Learn Nonlinear Features In Context* (ICML 2024), and the
part of T. Suzuki's slides on global optimality. One package per chapter:

* :mod:`iclnb.landscape.mean_field_limit`: the model, the loss, its variations and its flow;
* :mod:`iclnb.landscape.strict_saddle`: descent and negative curvature along
  :math:`(1-s)\mu+s\,R\#\mu^\circ`;
* :mod:`iclnb.landscape.hessian_escape`: the second variation as an operator, and leaving a saddle;
* :mod:`iclnb.landscape.convergence_rates`: how fast the loss falls, birth and death of particles;
* :mod:`iclnb.landscape.birth_death_flow`: the flow itself on a grid, with the density ratio as a
  number;
* :mod:`iclnb.landscape.three_transformers`: training by SGD on prompts, beside the exact flow.

Importing this package imports none of them.
"""
