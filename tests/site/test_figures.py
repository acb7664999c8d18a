"""The figures of every page: one numbering, one script."""

import re

import pytest

from tests.site import checks

pytestmark = pytest.mark.site


def test_figures_are_numbered_in_the_order_of_the_page(site, page_name):
    """Whichever room draws them: 3.1, 3.2, ... without a gap."""
    page = checks.page_at(site / f"{page_name}.html")
    numbers = [
        tuple(map(int, re.findall(r"\d+", n.get_text())))
        for n in page.select("article figure figcaption .caption-number")
    ]
    assert [n[-1] for n in numbers] == list(range(1, len(numbers) + 1))
    assert len({n[:-1] for n in numbers}) <= 1


def test_the_script_stands_once_in_the_site_and_only_where_it_is_needed(site, page_name):
    page = checks.page_at(site / f"{page_name}.html")
    scripts = [s["src"].split("?")[0] for s in page.find_all("script", src=True)]
    loaded = [s for s in scripts if s.endswith("_static/iclnb-explore.js")]
    assert len(loaded) == bool(page.select("figure.iclnb-explore"))
    assert "globalThis.Plot" not in (site / f"{page_name}.html").read_text(encoding="utf-8")
