"""The words of the library: what a parameter is called, whatever the chapter.

One table. ``python -m tools.library`` writes its page, ``tests/book/test_vocabulary.py`` holds every
public signature to it: a name that two chapters use stands here, with one meaning and the kinds of
value that it takes; a synonym is not used at all. Proofs in exact arithmetic (the modules
``exact``) keep the letters of their displays.
"""

from __future__ import annotations

import ast
import re
from typing import NamedTuple


class Word(NamedTuple):
    """The kinds of value of a parameter, as :func:`kind_of` names them, and its meaning."""

    kinds: str
    meaning: str


#: By section of the page. A class stands for itself; ``number`` is an int or a float.
SECTIONS: dict[str, dict[str, Word]] = {
    "Prompts and tasks": {
        "X": Word("array, tensor", "inputs of the examples: one prompt `(n, d)`, or several `(T, n, d)`"),
        "y": Word("array, tensor", "labels of the examples, with whatever noise they carry"),
        "query": Word("array, tensor, Basis", "the query or queries, as inputs; of `attention_data` the functions that see it"),
        "target": Word("array, number, MonomialTarget", "what is to be predicted or learnt, without noise"),
        "prompts": Word("Prompts, TokenPrompts", "the prompts, one record ({py:class}`iclnb.prompts.Prompts`); never their number"),
        "data": Word("AttentionData", "what linear attention sees of prompts ({py:class}`iclnb.prompts.AttentionData`), or pieces of it"),
        "keys": Word("array", "features of the examples, or their mean weighted by the labels: the left side of Γ"),
        "queries": Word("array", "features of the queries: the right side of Γ"),
        "tasks": Word("array, LinearTasks, SingleIndexTasks, sequence", "the tasks: their law (of several runs, one each), or those drawn, one a row; never their number"),
        "law": Word("LinkLaw", "the law of the links; a link is the law that has it always"),
        "data_model": Word("DataModel", "the law of prompts of tokens"),
        "coefficients": Word("array, tensor", "coefficients of functions, the last axis running over the functions"),
        "functions": Word("Basis, RandomWavelets", "the functions that tasks are made of"),
        "features": Word("array, Basis, FeatureModel, callable", "the features: what evaluates them, or their values, one input a row; never their number"),
        "function_values": Word("array", "values of the functions that tasks are made of, one input a row"),
        "mean": Word("number, array", "an expectation that is known, or a sampled mean"),
        "values": Word("array", "values of functions or of a curve at given points"),
        "tokens": Word("array, Tokens", "the tokens that a layer reads"),
        "noise": Word("number", "standard deviation of the label noise"),
        "input_covariance": Word("array", "covariance of the inputs, Σ_x"),
        "task_covariance": Word("array", "second moment of the tasks or of their coefficients, Σ_β; a vector is its diagonal where that is said"),
        "variances": Word("array", "the same, if it is diagonal"),
        "variance": Word("number, array", "a variance that is not that of the noise"),
    },
    "Sizes": {
        "subspace": Word("array", "orthonormal rows that span the subspace of the tasks, `(r, d)`"),
        "d": Word("number, array", "dimension of the inputs"),
        "r": Word("number", "dimension of the subspace that the tasks see; in nonparametric-icl the growth of a basis"),
        "prompt_length": Word("number, array", "labelled examples in a prompt; where a float is taken, infinity is"),
        "prompt_lengths": Word("sequence, array", "several of them"),
        "test_prompt_length": Word("number", "that of the test, where it differs from that of training"),
        "n_tasks": Word("number", "number of tasks"),
        "n_prompts": Word("number", "number of prompts, each with a task of its own unless said otherwise"),
        "n_queries": Word("number", "number of queries of a prompt"),
        "cutoff": Word("number", "the largest cost of a function that is kept, G"),
        "smoothness": Word("sequence", "smoothness of a function in each of its inputs"),
        "n_features": Word("number", "number of features or of coefficients, N"),
        "n_inputs": Word("number", "number of inputs of a layer or of a call"),
        "n_samples": Word("number", "number of observations, of whatever"),
        "n_nodes": Word("number", "points of a quadrature rule, on each axis if there are several"),
        "n_seeds": Word("number, mapping", "number of independent runs"),
        "neurons": Word("number", "neurons of a network, atoms of a measure"),
        "teacher_neurons": Word("number", "those of the teacher"),
        "batch_size": Word("number", "prompts, or inputs, in a step of stochastic descent"),
        "group": Word("number", "tasks that share their inputs"),
        "size": Word("number", "number of functions of a basis"),
        "sizes": Word("sequence, array", "the sizes that a study goes through"),
        "count": Word("number", "number of random objects that a survey makes"),
        "draws": Word("number", "independent draws behind a sampled mean"),
        "copies": Word("number", "equal atoms in the place of one"),
        "idle": Word("number", "input coordinates without influence on the tasks"),
        "layers": Word("number", "layers of a network, or of attention"),
        "heads": Word("number", "attention heads"),
        "width": Word("number", "width of a network that torch trains"),
        "rank": Word("number", "rank of a matrix"),
        "degree": Word("number", "degree of a polynomial, a spline or a link"),
        "resolution": Word("number", "level of a spline, whose cells have the length 2^-k"),
        "levels": Word("number", "number of levels that are gone through, or further ones"),
        "summable": Word("flag", "whether the variances of the levels can be added up"),
        "exponent": Word("number", "information exponent, or exponent of a power law"),
        "order": Word("number", "order of an expansion, a moment or a spline"),
        "factors": Word("number", "factors in a product of functions"),
        "waves": Word("number", "random cosines of which a Gaussian field is made"),
        "points": Word("array, sequence", "points at which functions are evaluated, one a row; of a sweep"),
        "counts": Word("array", "how often each token stands in a prompt"),
    },
    "Attention, networks and penalties": {
        "Gamma": Word("array, tensor", "the attention matrix; the key stands on its left, the query on its right"),
        "Gamma_diagonal": Word("array, number", "the diagonal of Gamma, one entry for each neuron, or one for all"),
        "scores": Word("array", "scores of the keys before the softmax, one query a row"),
        "temperature": Word("number", "by which scores are divided, or that of a Langevin flow"),
        "weights": Word("array, Weights", "inner weights of neurons, one a row (three-transformers: with the outer ones)"),
        "bias": Word("number, array", "biases of neurons"),
        "model": Word("CausalTransformer, Decoder, LinearAttention, Transformer, UnrolledModel", "a network that is trained"),
        "activation": Word("Activation, callable", "activation of the neurons"),
        "penalty": Word("number, array", "of ridge regression, **beside the mean of squares**; a number means that multiple of the identity"),
        "penalties": Word("array, sequence", "several of them"),
        "preconditioner": Word("array", "of gradient descent; a number means that multiple of the identity"),
        "moments": Word("AttentionMoments, FeatureMoments, Moments", "second moments on which the risk of attention depends"),
        "matrix": Word("array", "any other matrix"),
    },
    "Training and flows": {
        "step_size": Word("number", "step of gradient descent, of Adam, of an integrator, or of a difference"),
        "steps": Word("number", "number of steps"),
        "momentum": Word("number", "of heavy-ball descent"),
        "optimiser": Word("Optimiser, OptimiserFactory", "what takes the steps"),
        "oracle": Word("Oracle", "gradient of the scores, called once a step"),
        "start": Word("number, array, Measure", "the state at the start"),
        "rms": Word("number", "root mean square of the rows after a step"),
        "setting": Word("DecoderConfig, LuSetting, Pretraining, SGDConfig, Setting, StationarySetting, TrainingConfig, TrainingSetting, TransformerSetting", "the frozen configuration of a run"),
        "kind": Word("text", "one of several named variants"),
        "iterations": Word("number", "iterations after which a solver gives up"),
        "time": Word("number", "a time of a flow"),
        "times": Word("array", "the times at which it is recorded"),
        "stop": Word("number", "the time at which it ends"),
        "speed": Word("number", "how much faster attention moves than the features"),
        "record": Word("sequence", "the steps that are recorded"),
        "records": Word("number", "number of records"),
        "every": Word("number", "steps from one record, or event, to the next"),
        "recorded_steps": Word("array", "the steps at which a curve was recorded"),
        "speeds": Word("array, sequence", "several of them; of atoms, how fast each turns"),
        "state": Word("array, mapping", "state of a flow, or of a run, as it is kept"),
        "run": Word("Path, Stages, Trajectory", "a recorded run"),
        "path": Word("Path", "a file"),
        "stack": Word("DecoderStack, PoolStack", "several runs that are trained together"),
        "parameters": Word("mapping, sequence", "the tensors that are trained"),
        "precision": Word("text", "of the numbers, or `bfloat16`: of matrix products only, by autocast"),
        "compiled": Word("flag", "whether `torch.compile` makes the kernels of a block"),
        "device": Word("text, device", "where torch computes"),
    },
    "Accuracy": {
        "accuracy": Word("number", "the loss or excess risk that is to be reached, ε"),
        "level": Word("number", "the value at which a curve counts as arrived"),
        "tol": Word("number", "relative size below which something counts as zero, or a solver as done"),
        "rtol": Word("number", "relative tolerance of an integration"),
        "atol": Word("number", "absolute tolerance of an integration"),
        "epsilon": Word("number, array", "size of a perturbation"),
        "errors": Word("array, SizeErrors", "errors of a method, or standard errors; at several sizes"),
        "loss": Word("number, array", "the value of a loss"),
        "chunk": Word("number", "rows, tasks or prompts that are treated at a time; the result does not depend on it beyond rounding, or as is said"),
    },
    "Randomness": {
        "rng": Word("rng", "the source of randomness, a `numpy.random.Generator`; never a seed"),
        "rngs": Word("sequence", "several of them, one for each run"),
        "task_rng": Word("rng", "the source of the tasks, where each purpose has its own"),
        "input_rng": Word("rng", "of the inputs"),
        "token_rng": Word("rng", "of the tokens"),
        "noise_rng": Word("rng", "of the label noise, read only if there is noise"),
        "generator": Word("torch generator", "the same of torch"),
        "seed": Word("number, seed", "an integer (or `SeedSequence`) from which a function makes its own streams"),
        "seeds": Word("sequence", "several of them"),
        "spread": Word("number", "standard deviation of the weights that are drawn"),
    },
    "Landscape": {
        "problem": Word("Problem", "features and teacher"),
        "teacher": Word("Measure", "the teacher's measure"),
        "mu": Word("Measure", "a measure of neurons"),
        "nu": Word("Measure", "a second measure of neurons, mixed with the first or on the way of a path"),
        "stats": Word("Statistics", "the covariances of a measure, and what follows from them"),
        "saddle": Word("Saddle", "a saddle with its problem"),
        "hessian": Word("Hessian", "second variation at a measure"),
        "field": Word("VelocityField", "a perturbation, a vector at every atom"),
        "direction": Word("array, VelocityField", "a direction in the space of the weights"),
        "R": Word("array", "a rotation of features"),
        "r0": Word("number", "the teacher's features have the second moment r° I"),
        "sup_norm": Word("number", "supremum of the activation's modulus"),
        "outer": Word("number", "size of the outer weights"),
        "weight": Word("number", "size of the teacher's inner weights"),
        "angle": Word("number", "angle of a rotation, or between two inner weights"),
        "scales": Word("number, array", "sizes on which inner weights start, or the number of scales of error"),
        "share": Word("number", "share of the mass, or of the runs, that does something"),
        "fraction": Word("number", "fraction that is lost or replaced"),
        "rule": Word("Quadrature, Rule", "a quadrature rule; of a renewal, which atoms are replaced"),
        "nodes": Word("Nodes, array", "points of a quadrature rule"),
        "node_weights": Word("array", "and their weights"),
        "true": Word("array", "values of the true features"),
        "length": Word("number", "length over which a kernel or a field varies"),
    },
    "Other": {
        "first": Word("array, number", "one of two things that are compared; of several seeds"),
        "second": Word("array", "the other"),
        "factor": Word("number", "by which something is multiplied"),
        "function": Word("callable", "a function of one variable"),
        "frequencies": Word("array, sequence", "frequencies of trigonometric functions"),
        "index": Word("number, tensor", "a place, or the inputs projected on the directions"),
        "low": Word("number", "lower end of an interval"),
        "high": Word("number", "upper end of an interval"),
        "mixed": Word("flag", "whether the features, or the smoothness, are mixed"),
        "constant": Word("flag", "whether the constant function is there"),
        "name": Word("text", "the name of an argument in a message"),
        "value": Word("array, anything", "the value of that argument"),
    },
}  # fmt: skip

#: Letters that stand for what they stand for in the chapter's displays, one meaning in a chapter.
SYMBOLS: dict[str, str] = {
    "K": "number of features that a token may be",
    "k": "number of features of a model; in the dynamics the query's feature",
    "g": "arguments of a link; a gradient that is pulled back",
    "i": "a place: the run of a stack; a Hermite degree",
    "h": "values of learnt features, or hidden states",
    "m": "number of missing or learnt features; a matrix of the landscape's kernels",
    "p": "probabilities of features or atoms",
    "p1": "probability of the dominant feature",
    "q": "an orthogonal matrix, or the second of two thresholds",
    "s": "decay of coefficients; place on a path; an overlap",
    "t": "signal to noise of a sign; place in a cell",
    "a": "outer weights",
    "c": "a covariance with the teacher; an exponent of a corridor",
    "u": "the first of two vector fields; place on a slice",
    "v": "a vector field, or the second of two sets of weights",
    "w": "inner weights",
    "x": "points",
    "z": "a gap of scores",
    "alpha": "smoothness of a class; prompt length over dimension",
    "kappa": "task diversity k/d; signal plus noise",
    "tau": "smoothness of a basis; prompts over d²",
}

#: What is not said, and what is said in its place.
SYNONYMS: dict[str, str] = {
    "context": "prompt_length", "contexts": "prompt_lengths", "examples": "prompt_length",
    "n_examples": "prompt_length", "pairs_per_prompt": "prompt_length", "T1": "n_tasks",
    "T2": "n_tasks", "task_count": "n_tasks", "prompt_count": "n_prompts",
    "learning_rate": "step_size", "lr": "step_size", "step": "step_size", "eta": "step_size",
    "stepsize": "step_size", "eps": "accuracy or epsilon", "tolerance": "tol",
    "max_iter": "iterations", "max_iterations": "iterations", "n_iter": "iterations",
    "ridge": "penalty", "lam": "penalty", "regularisation": "penalty", "reg": "penalty",
    "gamma": "Gamma", "Gamma_matrix": "Gamma", "dimension": "d", "dim": "d", "n_dim": "d",
    "sigma": "noise or task_covariance", "rho": "noise", "tau_noise": "noise",
    "noise_std": "noise", "inputs": "X or n_inputs", "labels": "y", "targets": "target",
    "config": "setting", "cfg": "setting", "random_state": "rng", "data_rng": "input_rng",
    "samples": "draws", "n_draws": "draws", "batch_count": "n_batches", "chunk_rows": "chunk",
    "atoms": "neurons", "particles": "neurons", "width_neurons": "neurons",
    "basis_rows": "subspace", "grid": "n_nodes", "nodes_count": "n_nodes", "scale": "factor",
}  # fmt: skip

WORDS: dict[str, Word] = {name: word for part in SECTIONS.values() for name, word in part.items()}

_SIMPLE = {
    "int": "number", "float": "number", "bool": "flag", "str": "text", "object": "anything",
    "ArrayLike": "array", "FloatArray": "array", "np.ndarray": "array", "IntArray": "array",
    "torch.Tensor": "tensor", "np.random.Generator": "rng", "torch.Generator": "torch generator",
    "np.random.SeedSequence": "seed", "torch.device": "device", "Any": "anything",
}  # fmt: skip
_GENERIC = {
    "Sequence": "sequence", "Iterable": "sequence", "list": "sequence", "tuple": "sequence",
    "Mapping": "mapping", "dict": "mapping", "Callable": "callable", "Literal": "text",
    "NDArray": "array", "type": "class",
}  # fmt: skip


def kind_of(annotation: str) -> set[str]:
    """Return the kinds of value that an annotation allows, without None.

    >>> sorted(kind_of("float | None"))
    ['number']
    >>> sorted(kind_of("AttentionData | Iterable[AttentionData]"))
    ['AttentionData']
    >>> sorted(kind_of("Sequence[int]"))
    ['sequence']
    """
    node = ast.parse(annotation.strip("'\""), mode="eval").body
    kinds: set[str] = set()
    todo = [node]
    while todo:
        part = todo.pop()
        if isinstance(part, ast.BinOp):
            todo += [part.left, part.right]
            continue
        text = ast.unparse(part)
        if text == "None":
            continue
        if isinstance(part, ast.Subscript):
            inner, generic = ast.unparse(part.slice), ast.unparse(part.value)
            pieces = inner if inner in WORDS["data"].kinds else ""
            kinds.add(pieces or _GENERIC.get(generic, generic))
        else:
            kinds.add(_SIMPLE.get(text, text.rsplit(".", 1)[-1]))
    return kinds


def allowed(name: str) -> set[str]:
    """Return the kinds that the table allows for a word."""
    return set(re.split(r", ", WORDS[name].kinds))


INTRODUCTION = r"""# The words of the library

A parameter has one name, whatever the chapter, and a name has one meaning. The tables give the
names that more than one chapter uses; a test holds every public signature to them. They are made
from one table in the code, `tools/vocabulary.py`.

Five conventions hold everywhere:

- A plural is the things themselves; their number begins with `n_`: `tasks` and `n_tasks`,
  `prompts` and `n_prompts`.
- `noise` is a standard deviation.
- `penalty` stands beside the *mean* of squares,
  $\frac1n\sum_i(y_i-w^\top x_i)^2+w^\top\Lambda w$: so its meaning does not change with the
  length of the prompt, and it has a limit for long ones. Bayes' penalty for n examples is
  $\frac{\sigma^2}n\Sigma_\beta^{-1}$. Beside the *sum* it would be $n\Lambda$.
- `Gamma` has the key on its left and the query on its right,
  $\hat y=\frac1n\sum_iy_i\phi(x_i)^\top\Gamma\psi(x_q)$.
- Randomness enters as `rng`, a generator, or as `seed`, an integer from which a function makes its
  own streams. No function has a hidden one.

An argument of the wrong kind is refused with a `TypeError`, a wrong value with a `ValueError`; both
name the argument.
"""


def page() -> str:
    """Return the page of the book."""
    out = [INTRODUCTION]
    for title, words in SECTIONS.items():
        out += [f"## {title}", "", "| name | value | meaning |", "|---|---|---|"]
        for name, word in words.items():
            kinds = ", ".join(f"`{k}`" if k[0].isupper() else k for k in word.kinds.split(", "))
            out.append(f"| `{name}` | {kinds} | {word.meaning} |")
        out.append("")
    out += ["## Letters", "", "These stand for what they stand for in the displays of a chapter."]
    out += ["", "| name | meaning |", "|---|---|"]
    out += [f"| `{name}` | {meaning} |" for name, meaning in SYMBOLS.items()]
    out += ["", "## What has another name elsewhere", "", "| elsewhere | here |", "|---|---|"]
    out += [f"| `{old}` | {new} |" for old, new in sorted(SYNONYMS.items(), key=str)]
    return "\n".join([*out, ""])
