"""The slider figures of every page: no text cut or covered, one numbering, one script."""

import re

import pytest

from tests.rooms.test_explore.scan import faults, ringed
from tests.site import checks
from tests.site.test_browser import moves
from tools.offline import opened

pytestmark = [pytest.mark.site, pytest.mark.browser]

WIDTHS = (390, 768, 1400)


def redrawn(page):
    """Wait until figures have followed the width of the window."""
    page.evaluate("() => new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))")


def test_no_text_overlaps_or_is_cut(site, browser, page_name):
    """At three widths, with each slider at its ends, each button pressed."""
    if not moves(site, page_name):
        return
    with opened(browser, (site / f"{page_name}.html").as_uri()) as (page, complaints):
        figures = page.query_selector_all("figure.iclnb-explore")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        found = {}
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            redrawn(page)
            for figure in figures:
                name = figure.get_attribute("id")
                for key in ("Home", "End"):
                    for slider in figure.query_selector_all("input[type=range]"):
                        slider.press(key)
                    found[name, width, key] = faults(figure)
                for choice in figure.query_selector_all("input[type=radio]"):
                    choice.evaluate("n => n.click()")
                    found[name, width, choice.evaluate("n => n.parentNode.innerText")] = faults(
                        figure
                    )
                found[name, width, "ring"] = ringed(figure)
        assert {at: what for at, what in found.items() if what} == {}
        assert complaints == []


def test_figures_are_numbered_in_the_order_of_the_page(site, page_name):
    """Whichever room draws them: 3.1, 3.2, ... without a gap."""
    page = checks.soup((site / f"{page_name}.html").read_text(encoding="utf-8"))
    numbers = [
        tuple(map(int, re.findall(r"\d+", n.get_text())))
        for n in page.select("article figure figcaption .caption-number")
    ]
    assert [n[-1] for n in numbers] == list(range(1, len(numbers) + 1))
    assert len({n[:-1] for n in numbers}) <= 1


def test_the_script_stands_once_in_the_site_and_only_where_it_is_needed(site, page_name):
    html = (site / f"{page_name}.html").read_text(encoding="utf-8")
    page = checks.soup(html)
    scripts = [s["src"].split("?")[0] for s in page.find_all("script", src=True)]
    loaded = [s for s in scripts if s.endswith("_static/iclnb-explore.js")]
    assert len(loaded) == bool(page.select("figure.iclnb-explore"))
    assert "globalThis.Plot" not in html
