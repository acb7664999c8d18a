"""Lu et al.'s closed curves: the limit in proportion, without a penalty and with one, and its pole.

* :mod:`.asymptotics`: both errors as displayed in the paper;
* :mod:`.double_descent`: the pole at as many prompts as unknowns;
* :mod:`.ridge_curves`: one formula for both, with a penalty and on the pool's own tasks.
"""
