r"""Three Transformers: the experiment of Kim & Suzuki (ICML 2024), figure 1.

Attention descends :math:`L(\mu,\Gamma)`, static descends :math:`L(\mu)`, modified is static with
birth-death and Gaussian-process noise; training is minibatch SGD with hand-derived gradients.
"""

from .choices import Choice, changed_course, stored_choices
from .companion import Comparison, compare, conserved, exact_trial, two_timescale_loss
from .disturb import Disturbance, birth_death, gaussian_field
from .experiment import (
    MODELS,
    PANELS,
    VARIANTS,
    Band,
    Runs,
    StepScan,
    band,
    run_panels,
    scan_steps,
    task_floors,
)
from .layer import Layer, Weights
from .literal import literal_losses
from .noise import batch_losses, predict_attention_floor
from .objectives import Pull, prompt_joint, prompt_static, token_joint, token_static
from .paper import stored_runs
from .setting import BIASED, DEGENERATE, MISSPECIFIED, STANDARD, WIDE, Setting, Trial, draw
from .tasks import TASKS, TaskError, nonlinear_tasks, task_error
from .training import (
    ATTENTION,
    MODIFIED,
    STATIC,
    Batches,
    Course,
    Optimiser,
    Score,
    Transformer,
    evaluate,
    train,
)

__all__ = [
    "ATTENTION",
    "BIASED",
    "DEGENERATE",
    "MISSPECIFIED",
    "MODELS",
    "MODIFIED",
    "PANELS",
    "STANDARD",
    "STATIC",
    "TASKS",
    "VARIANTS",
    "WIDE",
    "Band",
    "Batches",
    "Choice",
    "Comparison",
    "Course",
    "Disturbance",
    "Layer",
    "Optimiser",
    "Pull",
    "Runs",
    "Score",
    "Setting",
    "StepScan",
    "TaskError",
    "Transformer",
    "Trial",
    "Weights",
    "band",
    "batch_losses",
    "birth_death",
    "changed_course",
    "compare",
    "conserved",
    "draw",
    "evaluate",
    "exact_trial",
    "gaussian_field",
    "literal_losses",
    "nonlinear_tasks",
    "predict_attention_floor",
    "prompt_joint",
    "prompt_static",
    "run_panels",
    "scan_steps",
    "stored_choices",
    "stored_runs",
    "task_error",
    "task_floors",
    "token_joint",
    "token_static",
    "train",
    "two_timescale_loss",
]
