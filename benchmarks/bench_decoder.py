"""The decoder against transformers' GPT2Model, attention written out, and the machine's limit.

Run with ``pytest benchmarks/bench_decoder.py --benchmark-only``. Compare within a group: one group
for each size, forward and backward pass of the same causal tokens, the weights the same. "Written
out" is the attention of nanoGPT without its fused kernel: a matrix of scores, masked, a softmax,
and a second product. Each stores its tokens per second and the share of the limit, which is what a
large product of matrices reaches in the same process. A stack of four decoders stands beside four
times one.

``transformers`` is needed for nothing else and is not among the dependencies: without
``pip install transformers==5.23.0`` the comparison is skipped, the decoder's own speed is not.
"""

import os

import numpy as np
import pytest
import torch

from iclnb.features.low_dimensional_gpt2 import DecoderConfig, published_decoder
from iclnb.features.low_dimensional_gpt2.decoder import Decoder
from iclnb.features.low_dimensional_gpt2.layouts import pair
from iclnb.features.low_dimensional_gpt2.paper import course_stack, make_tasks
from iclnb.features.low_dimensional_gpt2.sampling import sample_batch
from iclnb.features.low_dimensional_gpt2.stack import decoder_shape
from iclnb.stacks.blocks import block_flops
from tools.stacks import product_limit

SIZES = {
    "2 x 64": (DecoderConfig(16, width=64, layers=2, heads=2, positions=64), 32),
    "4 x 128": (DecoderConfig(16, width=128, layers=4, heads=4, positions=64), 32),
    "12 x 256": (published_decoder(16, positions=64), 8),
}
SCHEDULE = {"step_size": 1e-3, "steps": 10, "every": 10}
NAMES = {
    "attention_norm": "ln_1",
    "query_key_value": "attn.c_attn",
    "attention_out": "attn.c_proj",
    "network_norm": "ln_2",
    "network_in": "mlp.c_fc",
    "network_out": "mlp.c_proj",
}


class WrittenOut(torch.nn.Module):
    """The decoder with scores, mask, softmax and average written out."""

    def __init__(self, decoder):
        super().__init__()
        self.decoder = decoder

    def forward(self, tokens):
        d = self.decoder
        h = d.read_in(tokens.values) + d.positions(tokens.positions)
        hidden = torch.ones(h.shape[1], h.shape[1], dtype=torch.bool).triu(1)
        for block in d.blocks:
            parts = block.query_key_value(block.attention_norm(h)).chunk(3, dim=2)
            query, key, value = (
                part.unflatten(2, (block.heads, -1)).transpose(1, 2) for part in parts
            )
            scores = query @ key.mT / query.shape[-1] ** 0.5
            mixed = scores.masked_fill(hidden, -torch.inf).softmax(dim=-1) @ value
            h = h + block.attention_out(mixed.transpose(1, 2).flatten(2))
            inner = block.network_in(block.network_norm(h))
            h = h + block.network_out(torch.nn.functional.gelu(inner, approximate="tanh"))
        return d.read_out(d.last_norm(h))[:, :, 0]


class Reference(torch.nn.Module):
    """GPT2Model between the decoder's maps in and out, with the decoder's weights."""

    def __init__(self, decoder):
        super().__init__()
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        transformers = pytest.importorskip(
            "transformers", reason="pip install transformers==5.23.0 for the comparison"
        )
        c = decoder.setting
        self.body = transformers.GPT2Model(
            transformers.GPT2Config(
                n_layer=c.layers, n_embd=c.width, n_head=c.heads, n_positions=c.positions,
                resid_pdrop=0.0, embd_pdrop=0.0, attn_pdrop=0.0,
            )
        )  # fmt: skip
        self.read_in, self.read_out = decoder.read_in, decoder.read_out
        state = {"wpe.weight": decoder.positions.weight, "wte.weight": self.body.wte.weight}
        state |= {f"ln_f.{k}": v for k, v in decoder.last_norm.state_dict().items()}
        for i, block in enumerate(decoder.blocks):
            for name, value in block.state_dict().items():
                part, kind = name.split(".")
                matrix = kind == "weight" and "norm" not in part  # theirs are stored transposed
                state[f"h.{i}.{NAMES[part]}.{kind}"] = value.T if matrix else value
        self.body.load_state_dict(state)

    def forward(self, tokens):
        hidden = self.body(inputs_embeds=self.read_in(tokens.values)).last_hidden_state
        return self.read_out(hidden)[:, :, 0]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("which", ["decoder", "written out", "GPT2Model"])
def test_training_step(benchmark, size, which):
    config, batch = SIZES[size]
    decoder = Decoder(config, generator=torch.Generator().manual_seed(0))
    made = {"decoder": lambda d: d, "written out": WrittenOut, "GPT2Model": Reference}
    model = made[which](decoder)
    x, y = sample_batch(
        make_tasks(16, 2, 0), batch, 64,
        generator=torch.Generator().manual_seed(1), rng=np.random.default_rng(1),
    )  # fmt: skip
    tokens = pair(x, y)
    with torch.no_grad():  # the same function, to the rounding of single precision
        torch.testing.assert_close(model(tokens), decoder(tokens), rtol=1e-3, atol=1e-5)

    def step():
        model.zero_grad(set_to_none=True)
        (model(tokens)[:, tokens.readout] - y).square().mean().backward()

    benchmark.group = f"training step of the decoder, {size}"
    benchmark.extra_info["peer"] = which == "written out"
    benchmark.pedantic(step, rounds=5 if config.width == 256 else 20, warmup_rounds=1)
    speed = batch * 64 / benchmark.stats["median"]
    benchmark.extra_info["tokens per second"] = round(speed)
    shape = decoder_shape(config.layers, config.width, config.heads)
    share = speed * block_flops(shape, 64) / product_limit("cpu")
    benchmark.extra_info["share"] = round(share, 3)


@pytest.mark.parametrize("models", [1, 4], ids=["one", "four"])
def test_steps_of_a_stack(benchmark, models):
    """Ten steps of Adam of the small decoder, prompts drawn: per model, a stack should not lose."""
    shared = {"layers": 2, "width": 64, "heads": 2, "batch_size": 8, "prompt_length": 24}
    points = [{"d": 16, "r": 2, "seed": s, **shared, **SCHEDULE} for s in range(models)]

    def fresh():
        return (course_stack(points, device="cpu"),), {}

    benchmark.group = "ten steps of a stack of small decoders"
    runs, _ = fresh()
    benchmark.pedantic(
        lambda runs: runs.train(lambda step, seconds: False), setup=fresh, rounds=5, warmup_rounds=1
    )
    benchmark.extra_info.update(peer=models == 1, unit="a model")
    benchmark.extra_info["seconds"] = benchmark.stats["median"] / models
    tokens = 10 * models * runs[0].tokens_per_step
    speed = tokens / benchmark.stats["median"]
    benchmark.extra_info["tokens per second"] = round(speed)
    share = speed * runs[0].flops_per_token / product_limit("cpu")
    benchmark.extra_info["share"] = round(share, 3)
