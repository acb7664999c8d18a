"""What a reader meets on a chapter's page: mostly explanation, the object soon, half an hour."""

import pytest

from tools.notebooks import ROOT
from tools.reading import chapters, measure

pytestmark = [pytest.mark.site, pytest.mark.browser]


def named(path):
    return path.relative_to(ROOT / "book").with_suffix("").as_posix()


@pytest.mark.parametrize("path", chapters(), ids=named)
def test_a_chapter_is_what_a_student_can_finish(browser, site, path):
    (found,) = measure(browser, site, [path])
    assert found.faults() == []


def test_every_chapter_is_measured():
    assert len(chapters()) >= 18
