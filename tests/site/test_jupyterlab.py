"""Two chapters as a reader of Binder or of the download meets them: in a real JupyterLab."""

import re

import nbformat
import pytest
from playwright.sync_api import expect

from tests.site.lab import copied, lab
from tools.notebooks import KERNELSPEC, code_cells, read
from tools.plain.notebook import FOLDED

pytestmark = [pytest.mark.site, pytest.mark.browser]

CHAPTERS = ("book/foundations/in-context-learning", "book/statistics/minimax-lower-bound")
"""The quickest ones with sliders."""

RAW = re.compile(r"\{[a-z][a-z:]*\}|:::|^:[a-z]+:|\\[A-Za-z]+|\$", re.MULTILINE)
BAD = "# Bad\n\n```{prf:lemma} X\n:label: x\n$\\E$\n```\n\nA {term}`word` and $\\R$, $a_b$."
PATIENCE = 120_000  # milliseconds


@pytest.fixture(scope="module")
def server(site, tmp_path_factory):
    folder = copied(site, [f"{name}.ipynb" for name in CHAPTERS], tmp_path_factory.mktemp("book"))
    bad = nbformat.v4.new_notebook(
        metadata={"kernelspec": KERNELSPEC},
        cells=[
            nbformat.v4.new_markdown_cell(BAD, id="words"),
            nbformat.v4.new_code_cell("1 / 0", id="fails"),
        ],
    )
    nbformat.write(bad, folder / "bad.ipynb")
    with lab(folder, tmp_path_factory.mktemp("lab")) as address:
        yield address, folder


def opened(browser, address, name):
    """Open a notebook, its mathematics set; return the page and what it asked of other servers."""
    page, asked = browser.new_page(viewport={"width": 1400, "height": 1000}), []
    ours = address.removesuffix("/lab")

    def guard(route):
        if route.request.url.startswith((ours, "data:", "blob:")):
            route.continue_()
        else:
            asked.append(route.request.url)
            route.abort()

    page.route("**/*", guard)
    page.set_default_timeout(PATIENCE)
    page.goto(f"{address}/tree/{name}.ipynb?reset")
    page.wait_for_selector(".jp-MarkdownOutput mjx-container")
    return page, asked


def faults(page):
    """What a reader would see raw or red in the cells of text."""
    texts, red, blocks = page.evaluate(
        """() => {
          const cells = [...document.querySelectorAll('.jp-MarkdownOutput')];
          const shown = cells.map(cell => {
            const copy = cell.cloneNode(true);
            copy.querySelectorAll('mjx-container, pre, code').forEach(n => n.remove());
            return copy.textContent;
          });
          const red = cells.flatMap(cell => [...cell.querySelectorAll(
            'mjx-merror, mjx-container [style*="red"], mjx-container [mathcolor="red"]'
          )].map(n => n.textContent));
          const blocks = cells.flatMap(
            cell => [...cell.querySelectorAll('pre')].map(n => n.textContent));
          return [shown, red, blocks];
        }"""
    )
    raw = [m[0] for text in texts for m in RAW.finditer(text)]
    return {"raw": raw, "red": red, "blocks": blocks}


def hidden(page):
    """The number of cells that are folded away."""
    cells = "[...document.querySelectorAll('.jp-Notebook .jp-Cell')]"
    return page.evaluate(f"{cells}.filter(n => n.getBoundingClientRect().height === 0).length")


def run_all(page):
    """Run the notebook from top to bottom, its outputs cleared; return the execution counts."""
    return page.evaluate(
        """async () => {
          const app = window.jupyterapp, panel = app.shell.currentWidget;
          await panel.sessionContext.ready;
          await app.commands.execute('notebook:clear-all-cell-outputs');
          await app.commands.execute('notebook:run-all-cells');
          return [...panel.content.model.cells].filter(
            c => c.type === 'code').map(c => c.executionCount);
        }"""
    )


def failures(page):
    """Errors and warnings among the outputs."""
    kinds = ("error", "stderr")
    marked = ", ".join(f".jp-OutputArea [data-mime-type$='jupyter.{k}']" for k in kinds)
    return page.evaluate(f"[...document.querySelectorAll(`{marked}`)].map(n => n.textContent)")


def folded_cells(notebook):
    """The number of cells below the headings that fold."""
    count, folding = 0, False
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and re.match(r"#{1,4} ", cell.source):
            folding = cell.metadata.get(FOLDED, False)
        elif folding:
            count += 1
    return count


def moved(figure):
    """Move the first slider of a live figure by keys; its sentence follows, computed here."""
    slider, said = figure.locator("input[type=range]").first, figure.locator(".xf-said")
    slider.scroll_into_view_if_needed()
    for key in ("End", "Home"):
        before = said.inner_text(), slider.get_attribute("aria-valuetext")
        slider.press(key)
        expect(slider).not_to_have_attribute("aria-valuetext", before[1])
        expect(said).not_to_have_text(before[0])


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_is_read_and_run(server, browser, name):
    address, folder = server
    notebook = read(folder / f"{name}.ipynb")
    page, asked = opened(browser, address, name)
    shown = faults(page)
    fences = sum(len(re.findall(r"(?ms)^```.*?^```", c.source)) for c in notebook.cells)
    assert shown["raw"] == []
    assert shown["red"] == []
    assert len(shown["blocks"]) == fences
    solved = folded_cells(notebook)
    assert hidden(page) == solved > 0
    certified = sum("nbval-check-output" in c.metadata.get("tags", []) for c in notebook.cells)
    assert page.locator(".jp-CodeCell .jp-InputPlaceholder").count() >= certified > 0

    counts = run_all(page)
    assert failures(page) == []
    assert counts == list(range(1, len(code_cells(notebook)) + 1))
    assert hidden(page) == solved
    assert faults(page)["red"] == []
    moved(page.locator(".jp-OutputArea-output figure.iclnb-explore").first)
    assert asked == []
    page.close()


def test_what_is_raw_red_or_fails_is_seen(server, browser):
    """Negative control: a notebook as the page builder reads it, with a cell that fails."""
    page, _ = opened(browser, server[0], "bad")
    shown = faults(page)
    assert "{term}" in shown["raw"]
    assert any("R" in text for text in shown["red"])
    assert any(":label: x" in text for text in shown["blocks"])
    assert hidden(page) == 0
    assert run_all(page) == [1]
    assert any("ZeroDivisionError" in text for text in failures(page))
    page.close()
