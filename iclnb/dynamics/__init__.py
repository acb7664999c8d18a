"""Dynamics: how gradient descent moves the attention map."""
