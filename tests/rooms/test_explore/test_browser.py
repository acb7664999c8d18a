"""A page of two figures in a real browser, opened as a file with the network off."""

import csv
import io
import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from iclnb import explore
from iclnb.explore import assets, still
from tests.rooms.test_explore.conftest import TEXTS, make
from tests.rooms.test_explore.scan import faults, ringed
from tools.offline import opened

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><html lang="en" data-theme="{theme}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Figures</title>
<link rel="stylesheet" href="x.css"><script defer src="x.js"></script></head>
<body style="margin:0;background:{ground}"><main><h1 style="color:{ink}">Figures</h1>{first}
<div style="height:{gap}px"></div>{second}</main></body></html>"""
FIRST, SECOND = "#fig-every-role", "#fig-run"


def run(step):
    """A frame of a long run."""
    return explore.Frame([explore.Curve("loss", [0, 1, 2], [1, 1 / step, 0])], f"step {step}")


@pytest.fixture(scope="session")
def pages(static, tmp_path_factory):
    """The folder of a page as the site would build it, light, dark and portable."""
    folder = tmp_path_factory.mktemp("On a train, 3. Mai")
    (folder / "x.css").write_text(assets.style(), encoding="utf-8")
    (folder / "x.js").write_text(assets.site_script(), encoding="utf-8")
    step = explore.Parameter("step", "step", (1, 2, 4, 8, 16, 32), 4)
    axes = explore.Axes("time", "loss")
    second = explore.curves(run, [step], axes=axes, name="fig-run", mode="static", **TEXTS)
    both = {"first": still.inlined(static.html()), "second": still.inlined(second.html())}
    both["gap"] = 3000
    (folder / "light.html").write_text(
        PAGE.format(theme="light", ground="#fff", ink="#000", **both), encoding="utf-8"
    )
    (folder / "dark.html").write_text(
        PAGE.format(theme="dark", ground="#111", ink="#eee", **both), encoding="utf-8"
    )
    (folder / "near.html").write_text(
        PAGE.format(theme="light", ground="#fff", ink="#000", **{**both, "gap": 10}),
        encoding="utf-8",
    )
    alone = {"first": make("portable").html(), "second": "", "gap": 0}
    text = PAGE.format(theme="light", ground="#fff", ink="#000", **alone)
    (folder / "alone.html").write_text(
        re.sub(r"<link[^>]*>|<script defer[^>]*></script>", "", text), encoding="utf-8"
    )
    return folder


@pytest.fixture
def page(pages, browser):
    """The light page, both figures near the screen."""
    with opened(browser, (pages / "near.html").as_uri()) as (page, complaints):
        page.wait_for_selector(f"{SECOND}[data-ready]")
        yield page
        assert complaints == []


def said(page, figure=FIRST):
    return page.inner_text(f"{figure} .xf-said").replace("\u00a0", " ")


def picture(page, figure=FIRST):
    return page.inner_html(f"{figure} .xf-panels")


def test_keys_move_a_slider(page):
    page.focus(f"{FIRST} input[type=range]")
    seen = []
    for key in ("Home", "ArrowRight", "End"):
        page.keyboard.press(key)
        seen.append((said(page), picture(page)))
        slider = page.locator(f"{FIRST} input[type=range]").first
        assert slider.get_attribute("aria-valuetext") in ("K = 1", "K = 2", "K = 20")
    assert [s.split(",")[0] for s, _ in seen] == ["K = 1", "K = 2", "K = 20"]
    assert len({p for _, p in seen}) == 3


def test_keys_and_mouse_choose_among_names(page):
    page.check(f"{FIRST} input[type=radio] >> nth=1", force=True)
    assert "way down" in said(page)
    page.focus(f"{FIRST} input[type=radio]:checked")
    page.keyboard.press("ArrowLeft")
    assert "way up" in said(page)
    assert page.inner_text(f"{FIRST} legend") == "way"


def test_the_mouse_moves_a_slider(page):
    box = page.locator(f"{FIRST} input[type=range]").first.bounding_box()
    page.mouse.click(box["x"] + box["width"] - 4, box["y"] + box["height"] / 2)
    assert said(page).startswith("K = 20,")


def test_a_value_is_told_at_the_pointer(page):
    page.locator(f"{SECOND} svg").scroll_into_view_if_needed()
    box = page.locator(f"{SECOND} svg").bounding_box()
    before = page.locator(f"{SECOND} svg text").count()
    page.mouse.move(box["x"] + 0.48 * box["width"], box["y"] + 0.65 * box["height"])
    told = page.locator(f"{SECOND} g[aria-label=tip]").text_content()
    assert "loss" in told
    assert page.locator(f"{SECOND} svg text").count() > before


def test_a_run_is_played_and_paused(page):
    button = page.locator(f"{SECOND} .xf-play")
    assert button.get_attribute("aria-label") == "Play step"
    live = page.locator(f"{SECOND} .xf-said")
    assert live.get_attribute("aria-live") == "polite"
    button.click()
    assert button.get_attribute("aria-label") == "Pause step"
    assert live.get_attribute("aria-live") == "off"
    page.wait_for_function(f"document.querySelector('{SECOND} .xf-said').innerText === 'step 16'")
    button.click()
    here = said(page, SECOND)
    assert live.get_attribute("aria-live") == "polite"
    page.wait_for_timeout(1000)
    assert said(page, SECOND) == here
    button.click()
    page.wait_for_function(f"document.querySelector('{SECOND} .xf-said').innerText === 'step 32'")
    page.wait_for_function(f"document.querySelector('{SECOND} .xf-play').ariaLabel === 'Play step'")
    button.click()  # from the end it begins anew
    page.wait_for_function(f"document.querySelector('{SECOND} .xf-said').innerText === 'step 2'")


def test_who_wants_less_motion_gets_it(page):
    page.emulate_media(reduced_motion="reduce")
    page.click(f"{SECOND} .xf-play")
    page.wait_for_timeout(1000)  # by then the usual pace has moved on
    assert said(page, SECOND) == "step 4"
    page.wait_for_function(f"document.querySelector('{SECOND} .xf-said').innerText === 'step 8'")
    page.click(f"{SECOND} .xf-play")


def test_the_state_stands_in_the_address_and_comes_back(pages, browser):
    with opened(browser, (pages / "near.html").as_uri()) as (page, complaints):
        page.wait_for_selector(f"{FIRST}[data-ready]")
        assert "#" not in page.url
        page.focus(f"{FIRST} input[type=range]")
        page.keyboard.press("End")
        page.check(f"{FIRST} input[type=radio] >> nth=1", force=True)
        address, sentence, drawn = page.url, said(page), picture(page)
        assert address.endswith("#fig-every-role?K=20&way=down&p1=0.5")
        assert complaints == []
    with opened(browser, address) as (page, complaints):
        page.wait_for_selector(f"{FIRST}[data-ready]")
        assert said(page) == sentence
        clip = re.compile(r"(plot|fig-every-role)-\w+-\d+")
        assert clip.sub("", picture(page)) == clip.sub("", drawn)
        page.evaluate("location.hash = '#fig-run?step=16'")
        page.wait_for_function(
            f"document.querySelector('{SECOND} .xf-said').innerText === 'step 16'"
        )
        assert complaints == []


@pytest.mark.parametrize(
    "fragment",
    ["fig-run?step=16", "fig-run?step=3&x=%E0%A4%A", "fig-run?step", "%", "fig-none?a=1"],
)
def test_an_address_far_down_the_page_and_broken_ones(pages, browser, fragment):
    with opened(browser, (pages / "light.html").as_uri() + "#" + fragment) as (page, complaints):
        page.wait_for_selector("figure[data-ready]")
        if fragment == "fig-run?step=16":
            page.wait_for_selector(f"{SECOND}[data-ready]")
            assert said(page, SECOND) == "step 16"
            page.wait_for_function("scrollY > 1000")
        elif fragment.startswith("fig-run"):
            assert said(page, SECOND) == "step 4"
        assert complaints == []


def test_a_link_to_the_state_can_be_copied(pages, browser):
    with opened(browser, (pages / "near.html").as_uri()) as (page, complaints):
        page.wait_for_selector(f"{SECOND}[data-ready]")
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.focus(f"{SECOND} input[type=range]")
        page.keyboard.press("Home")
        page.click(f"{SECOND} .xf-copy")
        page.wait_for_function(f"document.querySelector('{SECOND} .xf-told').innerText")
        assert page.inner_text(f"{SECOND} .xf-told") == "Link copied"
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied == (pages / "near.html").as_uri() + "#fig-run?step=1"
        page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(Error('no')) }")
        page.click(f"{SECOND} .xf-copy")
        assert page.input_value(f"{SECOND} .xf-told input") == copied
        assert complaints == []


def test_numbers_are_listed_and_saved(page):
    page.click(f"{SECOND} summary")
    page.wait_for_selector(f"{SECOND} tbody tr")
    rows = page.locator(f"{SECOND} tbody tr")
    assert rows.count() == 3
    assert rows.nth(1).inner_text().split() == ["loss", "theory", "1", "0.25"]
    with page.expect_download() as waiting:
        page.click(f"{SECOND} details button")
    assert waiting.value.suggested_filename == "fig-run.csv"
    text = waiting.value.path().read_text(encoding="utf-8")
    table = list(csv.DictReader(io.StringIO(text)))
    assert len(table) == 3 * 6
    row = next(r for r in table if r["step"] == "8" and r["x"] == "1")
    assert (row["series"], row["role"], row["y"]) == ("loss", "theory", "0.125")


def test_every_role_is_saved(page):
    page.click(f"{FIRST} summary")
    with page.expect_download() as waiting:
        page.click(f"{FIRST} details button")
    table = list(csv.DictReader(io.StringIO(waiting.value.path().read_text(encoding="utf-8"))))
    states = {(r["K"], r["way"], r["p1"]) for r in table}
    assert len(states) == 5 * 2 * 2
    one = [r for r in table if (r["K"], r["way"], r["p1"]) == ("2", "down", "0.25")]
    count = {role: sum(r["role"] == role for r in one) for role in {r["role"] for r in one}}
    assert count == {
        "theory": 40, "measured": 5, "mark": 3, "area": 40, "contour": 441, "path": 21,
        "arrows": 1, "text": 1, "heat": 441,
    }  # fmt: skip
    arrow = next(r for r in one if r["role"] == "arrows")
    assert (arrow["x"], arrow["to_x"], arrow["panel"]) == ("-0.5", "0.5", "v")


def test_without_scripts_the_picture_stands(pages, browser):
    with opened(browser, (pages / "light.html").as_uri(), javascript=False) as (page, complaints):
        svgs = page.query_selector_all(f"{FIRST} .xf-still svg.xf-plot")
        assert len(svgs) == 3
        assert all(s.bounding_box()["height"] > 100 for s in svgs)
        assert page.query_selector_all("input") == []
        assert complaints == []


def test_a_figure_starts_when_it_is_near_and_before_printing(pages, browser):
    with opened(browser, (pages / "light.html").as_uri()) as (page, complaints):
        page.wait_for_selector(f"{FIRST}[data-ready]")
        page.wait_for_timeout(300)
        assert page.query_selector(f"{SECOND}[data-ready]") is None
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert page.query_selector(f"{SECOND}[data-ready]")
        page.emulate_media(media="print")
        assert page.is_visible(f"{SECOND} .xf-value")
        assert not page.is_visible(f"{SECOND} input")
        assert page.locator(f"{FIRST} .xf-choice label:visible").count() == 1
        assert complaints == []


def test_scrolling_starts_a_figure(pages, browser):
    with opened(browser, (pages / "light.html").as_uri()) as (page, _):
        page.mouse.wheel(0, 3000)
        page.wait_for_selector(f"{SECOND}[data-ready]")
        assert page.query_selector(f"{SECOND} .xf-still") is None


def test_a_figure_that_fails_keeps_its_picture_and_the_others_start(pages, browser, tmp_path):
    text = (
        (pages / "near.html")
        .read_text(encoding="utf-8")
        .replace('"kind":"drawn","axes":[', '"kind":"drawn","axes":[{},', 1)
    )
    for name in ("x.css", "x.js"):
        (tmp_path / name).write_bytes((pages / name).read_bytes())
    (tmp_path / "broken.html").write_text(text, encoding="utf-8")
    with opened(browser, (tmp_path / "broken.html").as_uri()) as (page, complaints):
        page.wait_for_selector(f"{SECOND}[data-ready] input")
        assert page.is_visible(f"{FIRST} .xf-still svg")
        assert any(c.startswith("error") for c in complaints)


def test_a_portable_figure_moves_alone(pages, browser):
    with opened(browser, (pages / "alone.html").as_uri()) as (page, complaints):
        page.focus(f"{FIRST} input[type=range]")
        page.keyboard.press("End")
        assert said(page).startswith("K = 20,")
        assert complaints == []


@pytest.mark.parametrize("width", [390, 768, 1400])
def test_no_text_overlaps_or_is_cut(pages, browser, width):
    with opened(browser, (pages / "near.html").as_uri(), width=width) as (page, _):
        page.wait_for_selector(f"{SECOND}[data-ready]")
        for name in (FIRST, SECOND):
            figure = page.query_selector(name)
            for key in ("Home", "End"):
                for slider in figure.query_selector_all("input[type=range]"):
                    slider.press(key)
                    assert faults(figure) == [], key
            assert ringed(figure) == []
        sideways = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(sideways) <= 0


def test_the_scan_finds_faults(page):
    """Negative control: a label moved onto another, one out of the box, a ring too wide."""
    figure = page.query_selector(SECOND)
    figure.evaluate(
        """f => {
          const [a, b, c] = f.querySelectorAll('svg text');
          b.setAttribute('transform', a.getAttribute('transform'));
          c.setAttribute('dx', 2000);
          f.querySelector('input').style.outlineOffset = '12px';
        }"""
    )
    found = faults(figure)
    assert any(f.startswith("overlap") for f in found)
    assert any(f.startswith("beyond") for f in found)
    assert "ring covers step" in ringed(figure)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_has_nothing_to_say(pages, browser, theme):
    with opened(browser, (pages / f"{theme}.html").as_uri(), theme=theme) as (page, _):
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        page.click(f"{FIRST} summary")
        found = Axe().run(page).response["violations"]
        assert [f"{v['id']}: {n['html'][:80]}" for v in found for n in v["nodes"]] == []


def test_in_the_dark_the_ground_is_dark_and_the_ink_light(pages, browser):
    with opened(browser, (pages / "dark.html").as_uri(), theme="dark") as (page, _):
        page.wait_for_selector(f"{FIRST}[data-ready]")
        colour = f"(k) => getComputedStyle(document.querySelector('{FIRST}'))[k]"
        bright = [
            sum(map(int, re.findall(r"\d+", page.evaluate(colour, k))[:3]))
            for k in ("backgroundColor", "color")
        ]
        assert bright[0] < 150
        assert bright[1] > 600
        grounds = page.eval_on_selector_all(
            f"{FIRST} svg, {FIRST} .xf-panel",
            "ns => ns.map(n => getComputedStyle(n).backgroundColor)",
        )
        assert set(grounds) == {"rgba(0, 0, 0, 0)"}
