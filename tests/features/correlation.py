"""The correlation of a label with a neuron by quadrature, for the tests of both stages."""

import math

import numpy as np
from scipy.integrate import quad
from scipy.stats import norm

from iclnb.features.one_gradient_step import Link


def circle(tasks, count=24):
    """Directions at equal angles in a subspace of dimension two."""
    angle = 2 * np.pi * np.arange(count) / count
    return np.column_stack([np.cos(angle), np.sin(angle)]) @ tasks.subspace


def mean_correlation(row, bias, beta, coefficients):
    """E[y relu(w.x + b)] by quadrature over w.x, the link averaged over what is left."""
    size = np.linalg.norm(row)
    s = row @ beta / size
    g, p = np.polynomial.hermite_e.hermegauss(20)

    def at(z):
        index = s * z + math.sqrt(max(1 - s * s, 0.0)) * g
        return norm.pdf(z) * (size * z + bias) * (Link(coefficients)(index) @ p) / p.sum()

    return quad(at, -bias / size, 12, epsabs=1e-13)[0]
