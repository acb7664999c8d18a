"""The settings of the published figures: random wavelets, the encoder, one training run."""

import numpy as np
import pytest
import torch

from iclnb.statistics import function_spaces as fs
from iclnb.statistics import nonparametric_icl as ni
from iclnb.statistics.learning_the_basis.encoder import Block, Encoder
from iclnb.statistics.learning_the_basis.figure_settings import MODELS, figure_run, wavelet_tasks
from iclnb.statistics.learning_the_basis.network import Architecture
from iclnb.statistics.learning_the_basis.random_wavelets import RandomWavelets, wavelet_moments


def plane(count=7, seed=0):
    """Some functions of two inputs, and a quadrature rule exact for products of four."""
    functions = RandomWavelets(2, count, np.random.default_rng(seed))
    return functions, fs.TensorBasis([fs.SplineBasis(2, 0)] * 2).quadrature(4)


def test_wavelets_are_distinct_products_of_splines_of_norm_one():
    functions, (nodes, weights) = plane(9)
    assert len(np.unique(functions.shifts, axis=0)) == 9
    values = functions.evaluate(nodes)
    product = fs.TensorBasis([fs.SplineBasis(2, 0)] * 2).evaluate(nodes)
    product /= np.sqrt(weights @ product**2)
    column = functions.shifts @ [3, 1]  # the last index of a product runs fastest
    np.testing.assert_allclose(values, product[:, column], atol=1e-13)
    np.testing.assert_allclose(functions.gram(), values.T @ (weights[:, None] * values), atol=1e-13)


def test_moments_of_wavelets_are_those_of_quadrature():
    functions, (nodes, weights) = plane()
    variances = fs.power_law(7, 0.3)
    values = functions.evaluate(nodes)
    setting = {"prompt_length": 20, "noise": 0.4}
    direct = ni.quadrature_moments(values, values, weights, variances, **setting)
    found = wavelet_moments(functions, variances, **setting)
    for name in ("cross", "mean_second", "load", "key_gram", "query_gram", "variance"):
        np.testing.assert_allclose(getattr(found, name), getattr(direct, name), atol=1e-12)
    assert abs(ni.optimal_risk(found) - ni.optimal_risk(direct)) < 1e-12


def test_tasks_have_variance_one_and_depend_on_the_seed():
    functions, variances = wavelet_tasks(3)
    assert functions.size == 32
    assert functions.d == 8
    assert abs(variances @ np.diag(functions.gram()) - 1) < 1e-12
    assert not np.array_equal(functions.shifts, wavelet_tasks(4)[0].shifts)


def test_a_block_of_the_encoder_is_attention_and_perceptron():
    block = Block(4, torch.Generator().manual_seed(0))
    h = torch.randn(2, 5, 4, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    with torch.no_grad():
        full = block(h)
        last = block(h, last_only=True)
        q, k, v = (part(h) for part in (block.query, block.key, block.value))
        weights = torch.exp(q @ k.transpose(1, 2) / 2.0)
        weights = weights / weights.sum(-1, keepdim=True)
        middle = h + block.out(weights @ v)
        expected = middle + block.outer(torch.clamp(block.inner(middle), min=0))
    np.testing.assert_allclose(full, expected, atol=1e-12)
    np.testing.assert_allclose(last, full[:, -1:], atol=1e-12)


def test_the_encoder_does_not_see_the_order_of_the_examples():
    model = Encoder(Architecture(d=3, width=8, depth=2), torch.Generator().manual_seed(0))
    rng = np.random.default_rng(0)
    x, y, q = (torch.tensor(rng.random(shape)) for shape in ((2, 6, 3), (2, 6), (2, 1, 3)))
    order = torch.tensor([3, 0, 5, 1, 4, 2])
    with torch.no_grad():
        answer = model(x, y, q)
        assert answer.shape == (2, 1)
        np.testing.assert_allclose(model(x[:, order], y[:, order], q), answer, atol=1e-12)
        assert torch.abs(model(x, y + 1, q) - answer).min() > 1e-6


def test_the_encoder_is_its_blocks_one_after_the_other():
    """Every block on every token, then the last token; the inputs go to [-1, 1] first."""
    model = Encoder(Architecture(d=2, width=6, depth=3), torch.Generator().manual_seed(5))
    rng = np.random.default_rng(6)
    x, y, q = (torch.tensor(rng.random(shape)) for shape in ((2, 5, 2), (2, 5), (2, 1, 2)))
    tokens = np.zeros((2, 6, 3))
    tokens[:, :5, :2], tokens[:, 5, :2] = 2 * x - 1, 2 * q[:, 0] - 1
    tokens[:, :5, 2] = y  # the query has no label
    with torch.no_grad():
        h = model.read(torch.tensor(tokens))
        first, second, third = model.blocks
        expected = model.write(third(second(first(h))))[:, -1]
        np.testing.assert_allclose(model(x, y, q), expected, atol=1e-12)


def test_the_start_of_the_encoder_keeps_the_scale_of_what_it_reads():
    """Drawn again from the same stream: each layer keeps a variance, those that add to it half."""
    width, X = 6, 4
    model = Encoder(Architecture(d=X - 1, width=width, depth=2), torch.Generator().manual_seed(3))
    stream = torch.Generator().manual_seed(3)

    def drawn(n_outputs, n_inputs, spread):
        normal = torch.empty(n_outputs, n_inputs, dtype=torch.float64).normal_(generator=stream)
        return spread * normal

    expected = [drawn(width, X, np.sqrt(3 / X))]  # inputs on [-1, 1] have the variance 1/3
    for _ in model.blocks:
        halves = [1, 1, 1, 0.5, 1, 0.5]  # query, key, value; out; inner; outer
        expected += [drawn(width, width, half / np.sqrt(width)) for half in halves]
    expected.append(drawn(1, width, 1 / np.sqrt(width)))
    weights = [p for name, p in model.named_parameters() if name.endswith("weight")]
    assert len(weights) == len(expected) == 14
    for ours, theirs in zip(weights, expected, strict=True):
        np.testing.assert_allclose(ours.detach(), theirs, rtol=1e-13)
    for name, p in model.named_parameters():
        assert name.endswith("weight") or torch.all(p == 0), name


@pytest.mark.parametrize("model", ["linear", "softmax", "encoder"])
def test_a_short_run_is_repeatable(model):
    setting = {"prompt_length": 6, "n_tasks": 20, "epochs": 3, "batch_size": 8, "n_test_tasks": 30}
    first = figure_run(model, 1, **setting)
    assert first["epochs"] == [1, 2, 3]
    assert len(first["train"]) == len(first["test"]) == 3
    assert np.isfinite(first["train"] + first["test"]).all()
    assert figure_run(model, 1, **setting) == first
    assert figure_run(model, 2, **setting) != first


def test_every_token_is_another_loss_on_the_same_prompts():
    setting = {"prompt_length": 6, "n_tasks": 20, "epochs": 1, "n_test_tasks": 30}
    one = figure_run("linear", 1, **setting)
    every = figure_run("linear", 1, every_token=True, **setting)
    assert one["zero"] == every["zero"]
    assert one["train"] != every["train"]


def test_the_network_is_the_published_one():
    """Two ReLU layers of width 32 and an output layer of N; an encoder of two blocks of width N."""
    stream = torch.Generator().manual_seed(0)
    for kind in ("linear", "softmax"):
        model = MODELS[kind](stream, 5)
        shapes = [tuple(p.shape) for p in model.phi.parameters() if p.ndim == 2]
        assert shapes == [(32, 8), (32, 32), (5, 32)]
        assert sum(isinstance(layer, torch.nn.ReLU) for layer in model.phi) == 2
        assert model.Gamma.shape == (5, 5)
    encoder = MODELS["encoder"](stream, 6)
    assert len(encoder.blocks) == 2
    assert encoder.read.weight.shape == (6, 9)


@pytest.mark.parametrize("kind", ["linear", "encoder"])
def test_the_number_of_features_reaches_the_model(kind):
    setting = {"prompt_length": 6, "n_tasks": 8, "epochs": 1, "n_test_tasks": 10}
    assert figure_run(kind, 1, **setting) == figure_run(kind, 1, n_features=32, **setting)
    other = figure_run(kind, 1, n_features=4, **setting)
    assert other["zero"] == figure_run(kind, 1, **setting)["zero"]
    assert other["test"] != figure_run(kind, 1, **setting)["test"]


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"kind": "cnn"}, "kind"),
        ({"kind": "encoder", "every_token": True}, "every_token"),
        ({"prompt_length": 0}, "prompt_length"),
        ({"n_tasks": 0}, "n_tasks"),
        ({"n_features": 0}, "n_features"),
        ({"epochs": 0}, "epochs"),
        ({"step_size": 0.0}, "step_size"),
        ({"seed": -1}, "seed"),
    ],
)
def test_bad_settings(wrong, named):
    with pytest.raises(ValueError, match=named):
        figure_run(**{"kind": "linear", "seed": 0, **wrong})


def test_bad_wavelets():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="size"):
        RandomWavelets(2, 10, rng)
    with pytest.raises(NotImplementedError, match="wavelet_moments"):
        plane()[0].quadrature()
    with pytest.raises(ValueError, match="variances"):
        wavelet_moments(plane()[0], np.ones(3), prompt_length=4, noise=0.1)
