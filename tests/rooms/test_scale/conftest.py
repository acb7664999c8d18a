"""The module that worker processes import, and the log that its functions write."""

import sys

import pytest

from tests.rooms.test_scale.points import MODULE, SOURCE


@pytest.fixture(scope="module")
def module(tmp_path_factory):
    from joblib.externals.loky import get_reusable_executor

    directory = tmp_path_factory.mktemp("module")
    (directory / f"{MODULE}.py").write_text(SOURCE, encoding="utf-8")
    get_reusable_executor().shutdown(wait=True)  # older workers would not find the module
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(directory))
        patch.setenv("PYTHONPATH", str(directory))
        yield __import__(MODULE)
    get_reusable_executor().shutdown(wait=True)
    sys.modules.pop(MODULE, None)


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "log"
    path.touch()
    return path
