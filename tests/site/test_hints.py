"""Links that show what they lead to, and old addresses that lead on, in a real browser."""

import importlib.util
import json
import re
from functools import cache

import pytest

from tests.site import checks, looks
from tools.notebooks import ROOT, pages
from tools.offline import opened

pytestmark = [pytest.mark.site, pytest.mark.browser]

CHAPTER = "book/dynamics/stage-wise-training"
KINDS = {
    "a term": "a[href*='glossary.html#term-']",
    "a statement elsewhere": "a.internal[href*='.html#aar-']",
    "a statement here": "a.internal[href^='#hcl-']",
    "a source": ".bibtex-citation a[href*='bibliography.html#id']",
    "a figure": "a.internal[href*='#fig-']",
}
BOX = "#iclnb-hover"


def _redirects():
    where = ROOT / "book/_ext/iclnb_redirects.py"
    spec = importlib.util.spec_from_file_location("iclnb_redirects", where)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.read(module.LIST.read_text(encoding="utf-8"))


REDIRECTS = _redirects()


@cache
def page_with(site, kind):
    """A page of the book with a link of a kind: the one chapter, or the first."""
    for name in sorted(pages(), key=lambda name: name != CHAPTER):
        page = checks.page_at(site / f"{name}.html")
        if page.select_one(f"article.bd-article {KINDS[kind]}"):
            return name
    raise AssertionError(f"no page has a link to {kind}")


def first(page, selector):
    """The first link of a kind in the text, scrolled into view, or nothing."""
    for link in page.query_selector_all(f"article.bd-article {selector}"):
        if link.is_visible():
            link.scroll_into_view_if_needed()
            return link
    return None


def shown(page):
    """The text of the hint, once it is seen."""
    page.wait_for_selector(f"{BOX}.iclnb-shown")
    return page.inner_text(BOX)


def inside(page):
    """Whether the hint lies in the window from side to side."""
    box = page.query_selector(BOX).bounding_box()
    return box["x"] >= 0 and box["x"] + box["width"] <= page.viewport_size["width"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 390)])
def test_pointing_at_a_link_shows(site, browser, kind, theme, width):
    url = (site / f"{page_with(site, kind)}.html").as_uri()
    with opened(browser, url, theme=theme, width=width) as (page, complaints):
        link = first(page, KINDS[kind])
        link.hover()
        assert len(shown(page)) > 20
        assert inside(page)
        assert page.query_selector_all(f"{BOX} a, {BOX} [id]") == []
        assert not re.search(r"\\\(|\\\[", page.inner_text(BOX)), "formulas are set"
        assert link.get_attribute("aria-describedby") == BOX[1:]
        assert looks.violations(page, within=[BOX, "[aria-describedby=iclnb-hover]"]) == []
        page.mouse.move(2, 2)
        page.wait_for_selector(BOX, state="detached")
        assert link.get_attribute("aria-describedby") is None
        assert complaints == []


def test_by_keyboard(site, browser):
    """Focus shows, Escape closes and keeps the place, the next Tab leaves."""
    with opened(browser, (site / f"{CHAPTER}.html").as_uri()) as (page, complaints):
        link = first(page, KINDS["a term"])
        page.keyboard.press("Tab")
        link.focus()
        assert len(shown(page)) > 20
        page.keyboard.press("Escape")
        page.wait_for_selector(BOX, state="detached")
        assert link.evaluate("n => n === document.activeElement")
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Tab")
        shown(page)
        page.keyboard.press("Enter")
        page.wait_for_url("**/glossary.html#term-*")
        assert complaints == []


def test_by_touch(site, browser):
    """The first tap shows, a tap elsewhere closes, the second tap on the link follows it."""
    context = browser.new_context(viewport={"width": 390, "height": 800}, has_touch=True)
    page = context.new_page()
    page.goto((site / f"{CHAPTER}.html").as_uri())
    before = page.url
    link = first(page, KINDS["a term"])
    link.tap()
    assert "Tap again" in shown(page)
    assert inside(page)
    assert page.url == before
    page.locator("article h1").tap()
    page.wait_for_selector(BOX, state="detached")
    link.tap()
    shown(page)
    link.tap()
    page.wait_for_url("**/glossary.html#term-*")
    context.close()


def test_a_link_without_a_hint_is_an_ordinary_link(site, browser):
    with opened(browser, (site / f"{CHAPTER}.html").as_uri()) as (page, complaints):
        page.evaluate(
            "document.querySelector('article p').innerHTML +="
            ' \' <a id="x" class="reference internal" href="#nowhere">x</a>\''
        )
        page.hover("#x")
        page.wait_for_timeout(600)
        assert page.query_selector(BOX) is None
        assert complaints == []


def test_every_statement_and_term_has_its_hint(site, page_name):
    """And no page's hints weigh more than a picture."""
    path = site / f"_hover/{page_name}.js"
    call = re.fullmatch(r"iclnbHover\((.*)\);\n", path.read_text(encoding="utf-8"))
    name, found = json.loads(f"[{call[1]}]")
    assert name == page_name
    assert path.stat().st_size < 150_000
    page = checks.page_at(site / f"{page_name}.html")
    wanted = page.select("div.proof[id], dt[id^=term-], div.citation[id], .iclnb-wrong[id]")
    assert {n["id"] for n in wanted} - set(found) == set()


def test_old_addresses_lead_somewhere(site):
    """Every page and anchor that the list names as new is there; no old one is."""
    anchors = {name: checks.anchors(site / f"{name}.html") for name in pages()}
    faults = [f"{new} is not there" for new in REDIRECTS.values() if new.page not in anchors]
    for old, new in REDIRECTS.items():
        if new.anchor and new.anchor not in anchors.get(new.page, ()):
            faults.append(f"{new.page}#{new.anchor} is not there")
        if old.anchor in anchors.get(old.page, ()):
            faults.append(f"{old.page}#{old.anchor} is still there")
    assert faults == []


def test_stubs_are_sound(site):
    for old in {old.page for old in REDIRECTS if old.page not in pages()}:
        assert checks.dead_links(site / f"{old}.html", site) == []


def _examples():
    """A page that is gone, an anchor on it, an anchor that left a page."""
    there = set(pages())
    gone = [old for old in REDIRECTS if old.page not in there]
    left = [old for old in REDIRECTS if old.page in there and REDIRECTS[old].page != old.page]
    kinds = ([o for o in gone if not o.anchor], [o for o in gone if o.anchor], left)
    return [found[0] for found in kinds if found]


@pytest.mark.parametrize("old", _examples(), ids=lambda old: f"{old.page}#{old.anchor}")
def test_a_reader_with_an_old_address_arrives(site, browser, old):
    new = REDIRECTS[old]
    url = (site / f"{old.page}.html").as_uri() + (f"#{old.anchor}" if old.anchor else "")
    with opened(browser, url) as (page, complaints):
        page.wait_for_url(f"**/{new.page}.html" + (f"#{new.anchor}" if new.anchor else ""))
        assert complaints == []


def test_without_javascript_a_stub_leads_on_too(site, browser):
    old = next(o for o in REDIRECTS if o.page not in pages() and not o.anchor)
    url = (site / f"{old.page}.html").as_uri()
    with opened(browser, url, javascript=False) as (page, _):
        page.wait_for_url(f"**/{REDIRECTS[old].page}.html")
        assert page.query_selector("article.bd-article h1")
