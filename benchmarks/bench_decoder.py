"""The decoder against transformers' GPT2Model of the same size: a training step, side by side.

Run with ``pytest benchmarks/bench_decoder.py --benchmark-only``. Compare within a group: one group
for each size, forward and backward pass of the same causal tokens, weights copied from one model
to the other. Each stores its tokens per second; the published size is forward and backward once.

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
from iclnb.features.low_dimensional_gpt2.paper import make_tasks
from iclnb.features.low_dimensional_gpt2.sampling import sample_batch

SIZES = {
    "2 x 64": (DecoderConfig(16, width=64, layers=2, heads=2, positions=64), 32),
    "4 x 128": (DecoderConfig(16, width=128, layers=4, heads=4, positions=64), 32),
    "12 x 256": (published_decoder(16, positions=64), 8),
}
NAMES = {
    "attention_norm": "ln_1",
    "query_key_value": "attn.c_attn",
    "attention_out": "attn.c_proj",
    "network_norm": "ln_2",
    "network_in": "mlp.c_fc",
    "network_out": "mlp.c_proj",
}


class Reference(torch.nn.Module):
    """GPT2Model between the decoder's maps in and out, with the decoder's weights."""

    def __init__(self, decoder):
        super().__init__()
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        transformers = pytest.importorskip(
            "transformers", reason="pip install transformers==5.23.0 for the comparison"
        )
        c = decoder.config
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
@pytest.mark.parametrize("which", ["decoder", "GPT2Model"])
def test_training_step(benchmark, size, which):
    config, batch = SIZES[size]
    decoder = Decoder(config, generator=torch.Generator().manual_seed(0))
    model = decoder if which == "decoder" else Reference(decoder)
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

    benchmark.group = f"decoder {size}"
    benchmark.pedantic(step, rounds=5 if config.width == 256 else 20, warmup_rounds=1)
    benchmark.extra_info["tokens per second"] = round(batch * 64 / benchmark.stats["median"])
