"""The pages of the site as a reader meets them, in a real browser with the network off."""

import pytest

from tests.rooms.test_explore.scan import faults, ringed
from tests.rooms.test_style_pictures import smallest_text
from tests.site import looks
from tests.site.looks import RAW_TEXT
from tools.notebooks import ROOT, pages
from tools.offline import opened
from tools.reading import WIDTH, chapters, measured

pytestmark = [pytest.mark.site, pytest.mark.browser]

WIDE, MIDDLE, NARROW = 1280, 768, 380

READABLE = 10
"""Pixels of the smallest text of a picture."""

COLOURED = ("book/index", "book/dynamics/stage-wise-training")
"""The pages on which the colours of code are looked at; they are the same on all."""


def moves(site, name):
    """Whether a page has a figure that a reader can move."""
    return 'class="iclnb-explore' in (site / f"{name}.html").read_text(encoding="utf-8")


def stand(site, name):
    """Whether a page has a picture of a static figure."""
    return "<picture" in (site / f"{name}.html").read_text(encoding="utf-8")


def test_every_chapter_has_a_figure_that_moves(site):
    """The visits below look at what they find: there is something."""
    names = [name for name in pages() if (ROOT / f"{name}.ipynb").exists()]
    assert len(names) >= 18
    assert [name for name in names if not moves(site, name)] == []
    assert len([name for name in pages() if stand(site, name)]) >= 15
    assert len(chapters()) >= 18


def move_slider(page, figure, slider):
    """By keyboard and by mouse the figure changes; what the slider says is for readers."""
    slider.scroll_into_view_if_needed()
    slider.focus()
    seen = {}
    for key in ("Home", "End", "ArrowLeft"):
        page.keyboard.press(key)
        seen[key] = figure.inner_html()
    assert seen["Home"] != seen["End"] != seen["ArrowLeft"], figure.get_attribute("id")
    said = slider.get_attribute("aria-valuetext")
    assert said
    assert not RAW_TEXT.search(said), said
    page.keyboard.press("End")
    box = slider.bounding_box()
    page.mouse.click(box["x"] + 3, box["y"] + box["height"] / 2)
    assert figure.inner_html() != seen["End"], figure.get_attribute("id")


def move_choice(page, figure, choice):
    """A click and an arrow change the picture."""
    picture = figure.query_selector(".xf-panels")
    before = picture.inner_html()
    choice.query_selector("label:has(input:not(:checked))").click()
    clicked = picture.inner_html()
    assert clicked != before, figure.get_attribute("id")
    page.keyboard.press("ArrowRight")
    assert picture.inner_html() != clicked, figure.get_attribute("id")


def move_all(page, figures):
    """Each control of each figure."""
    for figure in figures:
        figure.scroll_into_view_if_needed()
        page.wait_for_function("f => f.dataset.ready", arg=figure)
        for slider in figure.query_selector_all("input[type=range]"):
            move_slider(page, figure, slider)
        for choice in figure.query_selector_all("fieldset"):
            move_choice(page, figure, choice)
        assert not RAW_TEXT.search(figure.inner_text()), figure.inner_text()


def texts(figure):
    """Texts that overlap or are cut, with each slider at its ends, each button pressed."""
    found = {}
    for key in ("Home", "End"):
        for slider in figure.query_selector_all("input[type=range]"):
            slider.press(key)
        found[key] = faults(figure)
    for choice in figure.query_selector_all("input[type=radio]"):
        choice.evaluate("n => n.click()")
        found[choice.evaluate("n => n.parentNode.innerText")] = faults(figure)
    found["ring"] = ringed(figure)
    return {at: what for at, what in found.items() if what}


def check_pictures(site, page, kind, theme, count):
    """Each window gets its picture, of its theme, with texts that can be read."""
    found = looks.pictures(page)
    assert len(found) == count
    for name, shown, loaded in found:
        assert name.endswith(f"-{kind}-{theme}.svg")
        assert loaded
        text = smallest_text((site / "_images" / name).read_text(encoding="utf-8"), shown)
        assert text >= READABLE, (name, shown)


def visit(site, page, name):
    """All that is looked at on one page, from wide to narrow, then in the dark, and on paper.

    What a theme can change are colours, and what a width can change is what scrolls. axe-core
    comes last, for it looks at a page of which what is alike was taken out.
    """
    figures = page.query_selector_all("figure.iclnb-explore")
    still = len(page.query_selector_all("article figure[id^=fig-]:not(.iclnb-explore)"))
    assert looks.unset_mathematics(page) == []
    assert looks.missing_signs(page) == []
    assert page.evaluate("document.documentElement.dataset.theme") == "light"
    for width in (WIDE, MIDDLE, NARROW):
        page.set_viewport_size({"width": width, "height": 900})
        looks.redrawn(page)
        assert looks.overflow(page) <= 0, width
        check_pictures(site, page, "narrow" if width == NARROW else "wide", "light", still)
        if width == WIDE:
            move_all(page, figures)
        found = {figure.get_attribute("id"): texts(figure) for figure in figures}
        assert {at: what for at, what in found.items() if what} == {}, width
    looks.thin(page, code=name in COLOURED)
    assert looks.stuck(page) == []
    page.set_viewport_size({"width": WIDE, "height": 900})
    assert looks.violations(page, code=name in COLOURED) == []

    page.emulate_media(color_scheme="dark")
    page.wait_for_function("document.documentElement.dataset.theme === 'dark'")
    check_pictures(site, page, "wide", "dark", still)
    page.set_viewport_size({"width": NARROW, "height": 900})
    check_pictures(site, page, "narrow", "dark", still)
    assert looks.faint(page) == []
    page.emulate_media(media="print", color_scheme="dark")
    assert all(name.endswith("-light.svg") for name, *_ in looks.pictures(page))


def test_page(site, browser, page_name):
    """Opened once: what is explained, in what time, is measured; then everything is tried."""
    notebook = ROOT / f"{page_name}.ipynb"
    with opened(browser, (site / f"{page_name}.html").as_uri(), width=WIDTH) as (page, complaints):
        if notebook in chapters():
            assert measured(page, notebook).faults() == []
        visit(site, page, page_name)
        assert complaints == []


def test_opened_in_the_dark_it_is_dark(site, browser):
    """The visits see the dark come later."""
    url = (site / "book/index.html").as_uri()
    with opened(browser, url, width=NARROW, theme="dark") as (page, complaints):
        assert page.evaluate("document.documentElement.dataset.theme") == "dark"
        assert complaints == []


def test_without_javascript_the_default_picture_stands(site, browser, page_name):
    if not moves(site, page_name):
        return
    with opened(browser, (site / f"{page_name}.html").as_uri(), javascript=False) as (page, _):
        for figure in page.query_selector_all("figure.iclnb-explore"):
            picture = figure.query_selector(".xf-still svg, .xf-still img")
            assert picture.is_visible()
            assert picture.bounding_box()["height"] > 100
            assert figure.query_selector_all("input") == []


BAD = """<!doctype html><html lang="en" data-theme="light"><title>x</title><body>
<article class="bd-article"><p class="one">$x$</p><div style="width:3000px">wide</div>
<img src="https://example.org/a.png"><p style="color:#ddd;background:#eee">faint</p>
<p>plain</p><p>plain</p><p>plain</p><p>plain</p><p class="faint">faint too</p>
<style>.faint { color: #ddd } summary::after { content: "\\f303" }</style>
<details><summary>More</summary>less</details>
<script>throw new Error("broken")</script></article></body></html>"""


def test_the_checks_find_faults(browser, tmp_path):
    """Negative control: a page with one fault of each kind."""
    path = tmp_path / "bad.html"
    path.write_text(BAD, encoding="utf-8")
    with opened(browser, path.as_uri()) as (page, complaints):
        assert looks.overflow(page) > 1000
        assert looks.unset_mathematics(page) == ["$x$"]
        assert looks.missing_signs(page) == ["More ::after"]
        assert any("network" in c for c in complaints)
        assert any("broken" in c for c in complaints)
        found = looks.violations(page)
        assert sum(v.startswith("color-contrast") for v in found) == 2
        assert any(v.startswith("image-alt") for v in found)
        assert page.locator("p", has_text="plain").count() == looks.SAME_LOOK
