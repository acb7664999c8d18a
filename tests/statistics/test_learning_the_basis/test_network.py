"""Learning the basis: the attention layer by hand, leave-one-out, and one short run."""

import numpy as np
import pytest
import torch

from iclnb.statistics import function_spaces as fs
from iclnb.statistics import learning_the_basis as lb
from iclnb.statistics import nonparametric_icl as ni
from iclnb.statistics.learning_the_basis.network import (
    Architecture,
    LinearAttention,
    SoftmaxAttention,
    Training,
    attention_matrix,
    feature_values,
    learn_basis,
)


def prompts(tasks, context=12, dimension=1, seed=0):
    basis = fs.TensorBasis([fs.FourierBasis(4)] * dimension)
    streams = map(np.random.default_rng, np.random.SeedSequence(seed).spawn(3))
    return ni.sample_function_prompts(
        basis,
        np.ones(basis.size),
        n_tasks=tasks,
        prompt_length=context,
        noise=0.3,
        **dict(zip(("task_rng", "input_rng", "noise_rng"), streams)),
    )


@pytest.mark.parametrize("kind", [LinearAttention, SoftmaxAttention])
def test_attention_and_leave_one_out(kind):
    architecture = Architecture(d=2, width=8, depth=2, n_features=3)
    model = kind(architecture, torch.Generator().manual_seed(0))
    with torch.no_grad():
        model.Gamma.normal_(generator=torch.Generator().manual_seed(1))
    data = prompts(4, context=6, dimension=2)
    inputs, labels = torch.tensor(data.X), torch.tensor(data.y)
    left_out = model.leave_one_out(inputs, labels).detach().numpy()
    for i in range(6):
        rest = [j for j in range(6) if j != i]
        direct = model(inputs[:, rest], labels[:, rest], inputs[:, i : i + 1])
        np.testing.assert_allclose(left_out[:, i], direct.detach().numpy()[:, 0], atol=1e-12)
    # The numpy smoothers say the same.
    keys, query = feature_values(model, data.X[0]), feature_values(model, data.query[:1])
    gamma = attention_matrix(model)
    if kind is LinearAttention:
        weights = ni.linear_attention_weights(keys, query, gamma)
    else:
        weights = ni.softmax_weights(query @ gamma.T @ keys.T)
    answer = model(inputs[:1], labels[:1], torch.tensor(data.query[None, :1])).item()
    assert abs(weights[0] @ data.y[0] - answer) < 1e-12


@pytest.mark.parametrize("every", [True, False])
def test_the_loss_counts_every_token_or_the_query_alone(every):
    data, architecture = prompts(5, context=6), Architecture(width=8, depth=2, n_features=3)
    training = Training(steps=1, batch_size=5, seed=3, every_token=every)
    (first,) = learn_basis(data, architecture, training).losses
    model = LinearAttention(architecture, torch.Generator().manual_seed(3))
    tokens = torch.tensor(np.concatenate([data.X, data.query[:, None]], axis=1))
    labels = torch.tensor(np.concatenate([data.y, data.query_label[:, None]], axis=1))
    errors = (model.leave_one_out(tokens, labels) - labels).square()
    expected = errors.mean() if every else errors[:, -1].mean()
    assert abs(first - expected.item()) < 1e-12


def test_a_short_run_finds_most_of_the_span():
    data = prompts(256)
    architecture = Architecture(width=24, depth=2, n_features=6, first_spread=3.0)
    training = Training(steps=300, step_size=1e-2)
    learned = learn_basis(data, architecture, training)
    x, w = fs.FourierBasis(4).quadrature(8)
    true = fs.FourierBasis(4).evaluate(x)
    cosines = lb.principal_cosines(true, feature_values(learned.model, x), w)
    assert cosines[0] > 0.95
    assert learned.losses[-30:].mean() < 0.7 * learned.losses[:30].mean()
    again = learn_basis(data, architecture, training)
    np.testing.assert_array_equal(again.losses, learned.losses)


def test_paper_setting_runs():
    data = prompts(6, context=4, dimension=2)
    architecture = Architecture(d=2, width=32, depth=1, n_features=32, activation=torch.nn.ReLU)
    learned = learn_basis(
        data, architecture, Training(steps=2, batch_size=4), model_class=SoftmaxAttention
    )
    assert attention_matrix(learned.model).shape == (32, 32)


def test_bad_input():
    with pytest.raises(ValueError, match="d"):
        learn_basis(prompts(4), Architecture(d=2), Training())
    with pytest.raises(ValueError, match="width"):
        Architecture(width=0)
    with pytest.raises(ValueError, match="steps"):
        Training(steps=0)
    model = LinearAttention(Architecture(), torch.Generator())
    with pytest.raises(ValueError, match="domain"):
        feature_values(model, [1.5])
