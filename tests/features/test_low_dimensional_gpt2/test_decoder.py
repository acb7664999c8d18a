"""Sizes, layouts, the decoder's causality, and the plateau."""

import math

import numpy as np
import pytest
import torch

from iclnb.features.low_dimensional_gpt2 import (
    DecoderConfig,
    no_context_error,
    parameter_count,
    plateau_exit,
    published_decoder,
)
from iclnb.features.low_dimensional_gpt2.decoder import Decoder, predict
from iclnb.features.low_dimensional_gpt2.layouts import interleaved, joint, pair
from iclnb.features.low_dimensional_gpt2.sampling import link_labels, sample_batch
from iclnb.features.one_gradient_step import (
    FiniteLaw,
    Link,
    SingleIndexTasks,
    SphereLaw,
    evaluate_hermite,
    random_subspace,
)

LAYOUTS = [joint, pair, interleaved]
HE2 = FiniteLaw([Link.pure(2)])


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def decoder(inputs=3, positions=40):
    model = Decoder(DecoderConfig(inputs, 16, 2, 4, positions), generator=generator())
    with torch.no_grad():  # far from the start, so that no branch is negligible
        for parameter in model.parameters():
            parameter += 0.2 * torch.randn(parameter.shape, generator=generator(1))
    return model.double()


def prompt(batch=2, n=6, d=3, seed=2):
    g = generator(seed)
    x = torch.randn(batch, n, d, generator=g, dtype=torch.float64)
    return x, torch.randn(batch, n, generator=g, dtype=torch.float64)


def test_parameter_count_of_the_published_size():
    count = parameter_count(published_decoder(20))
    assert count.gpt2_model == 22_408_960
    assert count.unused_vocabulary == 12_865_792
    assert count.blocks + count.last_norm == 9_477_632
    assert count.positions == 65_536


@pytest.mark.parametrize("config", [DecoderConfig(5, 16, 2, 4, 9), DecoderConfig(1, 8, 3, 1, 4)])
def test_parameter_count_of_the_module(config):
    model = Decoder(config, generator=generator())
    assert sum(p.numel() for p in model.parameters()) == parameter_count(config).total


def test_start_is_that_of_gpt2_and_reproducible():
    config = DecoderConfig(7, 128, 4, 2, 64)
    state = torch.random.get_rng_state()
    first, second = (Decoder(config, generator=generator(3)) for _ in range(2))
    assert torch.equal(state, torch.random.get_rng_state())
    for a, b in zip(first.parameters(), second.parameters()):
        assert torch.equal(a, b)
    block = first.blocks[1]
    assert abs(block.query_key_value.weight.std().item() / 0.02 - 1) < 0.02
    assert abs(block.network_out.weight.std().item() / (0.02 / math.sqrt(8)) - 1) < 0.02
    assert abs(block.attention_out.weight.std().item() / (0.02 / math.sqrt(8)) - 1) < 0.03
    assert torch.all(block.network_in.bias == 0)
    assert torch.all(first.last_norm.weight == 1)


def test_forward_written_out():
    """One block by explicit softmax and matrices."""
    model = Decoder(DecoderConfig(3, 8, 1, 2, 10), generator=generator()).double()
    x, y = prompt(batch=1, n=4)
    tokens = pair(x, y)
    found = model(tokens)[0].detach()
    h = (tokens.values @ model.read_in.weight.T + model.read_in.bias)[0]
    h = h + model.positions.weight[:4]
    block = model.blocks[0]

    def norm(z):
        centred = z - z.mean(1, keepdim=True)
        return centred / torch.sqrt((centred**2).mean(1, keepdim=True) + 1e-5)

    q, k, v = (norm(h) @ block.query_key_value.weight.T).split(8, dim=1)
    mixed = []
    for head in range(2):
        part = slice(4 * head, 4 * head + 4)
        scores = q[:, part] @ k[:, part].T / 2.0
        scores = scores.masked_fill(torch.ones(4, 4).triu(1).bool(), -math.inf)
        mixed.append(torch.softmax(scores, dim=1) @ v[:, part])
    h = h + torch.cat(mixed, dim=1) @ block.attention_out.weight.T
    u = norm(h) @ block.network_in.weight.T
    u = 0.5 * u * (1 + torch.tanh(math.sqrt(2 / math.pi) * (u + 0.044715 * u**3)))
    h = h + u @ block.network_out.weight.T
    expected = (norm(h) @ model.read_out.weight.T)[:, 0].detach()
    torch.testing.assert_close(found, expected, rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_predictions_do_not_see_the_future(layout):
    model = decoder()
    x, y = prompt()
    base = predict(model, x, y, layout).detach()
    assert base.shape == (2, 6)
    for i in range(6):
        changed_y, changed_x = y.clone(), x.clone()
        changed_y[:, i:] += 1.0
        changed_x[:, i + 1 :] -= 1.0
        found = predict(model, changed_x, changed_y, layout).detach()
        torch.testing.assert_close(found[:, : i + 1], base[:, : i + 1], rtol=0, atol=1e-12)
        if i < 5:
            assert (found[:, i + 1 :] - base[:, i + 1 :]).abs().min() > 1e-8
        # every earlier example and the query itself are read
        earlier = x.clone()
        earlier[:, : i + 1] += 0.5
        assert (predict(model, earlier, y, layout)[:, i] - base[:, i]).abs().min() > 1e-8


def test_joint_pass_equals_single_prompts():
    """All prefixes in one pass, each equal to its own sequence of examples and one query."""
    model = decoder()
    x, y = prompt()
    together = predict(model, x, y, joint)
    for i in range(6):
        values = torch.cat([x[:, : i + 1], y[:, : i + 1, None]], dim=2).clone()
        values[:, i, -1] = 0.0
        single = pair(x[:, : i + 1], y[:, : i + 1])._replace(values=values)
        torch.testing.assert_close(model(single)[:, i], together[:, i], rtol=0, atol=1e-12)


def test_tokens_of_each_layout():
    x, y = prompt(batch=1, n=3)
    tokens = joint(x, y)
    assert tokens.values.shape == (1, 5, 4)
    torch.testing.assert_close(tokens.values[0, :, 3], torch.cat([y[0, :2], torch.zeros(3)]))
    assert tokens.positions.tolist() == [0, 1, 0, 1, 2]
    expected = [[1, 0, 0, 0, 0], [1, 1, 0, 0, 0], [0, 0, 1, 0, 0], [1, 0, 0, 1, 0],
                [1, 1, 0, 0, 1]]  # fmt: skip
    assert tokens.mask.int().tolist() == expected
    tokens = pair(x, y)
    torch.testing.assert_close(tokens.values[0, :, 3], torch.stack([0 * y[0, 0], *y[0, :2]]))
    tokens = interleaved(x, y)
    assert tokens.values.shape == (1, 5, 4)
    assert tokens.readout.tolist() == [0, 2, 4]
    assert torch.all(tokens.values[0, 1::2, :3] == 0)
    torch.testing.assert_close(tokens.values[0, 1::2, 3], y[0, :2])
    for layout in LAYOUTS:
        tokens = layout(x, y)
        assert tokens.span == int(tokens.positions.max()) + 1


def test_sampling():
    tasks = SingleIndexTasks(random_subspace(6, 2, np.random.default_rng(0)), SphereLaw(2, 3), 0.3)
    x, y = sample_batch(tasks, 4000, 5, generator=generator(), rng=np.random.default_rng(1),
                        dtype=torch.float64)  # fmt: skip
    assert abs(x.var().item() - 1) < 0.02
    power = (y**2).flatten().numpy()
    assert abs(power.mean() - 1.09) < 5 * power.std() / math.sqrt(4000)
    c, z = torch.randn(3, 5, dtype=torch.float64), torch.randn(3, 7, dtype=torch.float64)
    np.testing.assert_allclose(
        link_labels(c, z).numpy(), evaluate_hermite(c.numpy()[:, None, :], z.numpy()), atol=1e-12
    )
    # without noise a label is a quadratic polynomial of the projection alone
    clean = SingleIndexTasks(tasks.subspace, HE2)
    x, y = sample_batch(clean, 20, 400, generator=generator(), rng=np.random.default_rng(1),
                        dtype=torch.float64)  # fmt: skip
    inside = x @ torch.tensor(np.array(clean.subspace)).T
    design = torch.stack([inside[..., 0] ** 2, inside[..., 1] ** 2, inside[..., 0] *
                          inside[..., 1], torch.ones_like(y)], dim=2)  # fmt: skip
    fit = torch.linalg.lstsq(design, y[..., None]).solution
    torch.testing.assert_close(design @ fit, y[..., None], rtol=0, atol=1e-10)


def test_plateau():
    for r in (2, 3, 4):
        assert abs(no_context_error(HE2, r) - (1 - 1 / r)) < 1e-14
        assert abs(no_context_error(SphereLaw(2, 2), r, noise=0.5) - 1.25) < 1e-14
        assert abs(no_context_error(FiniteLaw([Link.pure(3)]), r) - 1) < 1e-14
    assert abs(no_context_error(FiniteLaw([Link([1.0, 0, 2.0])]), 1)) < 1e-14
    # Monte Carlo: regression of y on powers of |P x|^2, among which E[y | x] lies
    law = FiniteLaw([Link([0.2, 0.3, 1.0, 0.5, 2.0])])
    rng = np.random.default_rng(0)
    g = rng.normal(size=(200_000, 3))
    angle = rng.normal(size=(200_000, 3))
    z = np.sum(g * angle, 1) / np.linalg.norm(angle, axis=1)
    y, square = law.links[0](z), np.sum(g**2, 1)
    design = square[:, None] ** np.arange(3)
    residual = (y - design @ np.linalg.lstsq(design, y, rcond=None)[0]) ** 2
    error = residual.std() / math.sqrt(len(y))
    assert abs(residual.mean() - no_context_error(law, 3)) < 5 * error


def test_plateau_exit():
    assert plateau_exit([1, 5, 9], [0.5, 0.2, 0.3], level=0.3) == 5
    assert plateau_exit([1, 5], [0.5, 0.4], level=0.3) == math.inf
    with pytest.raises(ValueError, match="increase"):
        plateau_exit([5, 1], [0.5, 0.4], level=0.3)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: DecoderConfig(3, 10, 2, 4, 9), "multiple of heads"),
        (lambda: DecoderConfig(3, 8, 0, 4, 9), "layers"),
        (lambda: joint(torch.zeros(2, 3, 4), torch.zeros(2, 4)), "X and y must have shapes"),
        (lambda: predict(decoder(inputs=4), *prompt(), joint), "tokens must have 5 numbers"),
        (lambda: predict(decoder(positions=10), *prompt(), interleaved), "need 11 positions"),
        (lambda: no_context_error(HE2, 0), "r must be"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_bad_types():
    with pytest.raises(TypeError, match="generator"):
        Decoder(DecoderConfig(3, 8, 1, 1, 9), generator=0)
    with pytest.raises(TypeError, match="setting"):
        Decoder({}, generator=generator())
    with pytest.raises(TypeError, match="setting"):
        parameter_count(3)
