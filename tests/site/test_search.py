"""The search of the site, in a browser: opened as files, as from the zip, and served."""

import functools
import http.server
import threading

import pytest

from tools.offline import opened

pytestmark = [pytest.mark.site, pytest.mark.browser]

FIRST = {
    "double descent": "book/glossary.html#term-double-descent",
    "saddle": "book/glossary.html#term-saddle",
    "softmax": "book/dynamics/stage-wise-training.html",
    "transformer": "book/landscape/three-transformers.html",
    "prerequisites": "book/glossary.html#term-prerequisites",
    "grokking": "book/glossary.html#term-grokking",
    "induction head": "book/glossary.html#term-induction-head",
    "strict saddles": "book/landscape/strict-saddle.html",
    "population_gradient": "book/library/dynamics/",
}
"""What comes first for a query."""

AMONG = {
    "saddle": "book/landscape/strict-saddle.html",
    "transformer": "book/glossary.html#term-Transformer",
    "double descent": "book/statistics/task-diversity.html",
    "ridge regression is linear attention": "attention-as-regression.html#aar-ridge-identity",
    "accelerated phase": "book/landscape/convergence-rates.html#the-accelerated-phase",
    "near orthonormality": "book/statistics/function-spaces.html#kns-assumption-gram",
    "corridor": "book/dynamics/stage-wise-training.html",
    "switch third": "book/dynamics/stage-wise-training.html#hcl-switch-third",
    "Holder": "book/glossary.html",
    "Raventos": "book/statistics/task-diversity.html",
}
"""What is among the first ten."""


_DONE = """() => typeof Search !== "undefined" && Search.status
  && /finished|did not/.test(Search.status.innerText)"""
_RESULTS = """ns => ns.map(n => [n.querySelector('a').getAttribute('href'), n.innerText])"""


@pytest.fixture(scope="module")
def url(site):
    return (site / "search.html").resolve().as_uri()


@pytest.fixture(scope="module")
def found(browser, url):
    """A function from a query to the (address, words) of what is found, in order."""
    with opened(browser, url) as (page, complaints):

        @functools.cache
        def ask(query):
            page.goto(f"{url}?q={query.replace(' ', '+')}")
            page.wait_for_function(_DONE)
            assert complaints == []
            return page.eval_on_selector_all("ul.search li", _RESULTS)

        yield ask


@pytest.mark.parametrize("query", FIRST)
def test_what_comes_first(found, query):
    address, _ = found(query)[0]
    assert address.startswith(FIRST[query])


@pytest.mark.parametrize("query", AMONG)
def test_what_is_among_the_first_ten(found, query):
    addresses = [address for address, _ in found(query)[:10]]
    assert any(AMONG[query] in address for address in addresses), addresses


@pytest.mark.parametrize("query", ["saddle", "ridge", "attention", "Bayes", "hermite"])
def test_chapters_and_theorems_come_before_objects_of_python(found, query):
    kinds = ["book/library/" in address for address, _ in found(query)]
    assert True in kinds
    assert kinds == sorted(kinds)
    assert kinds.index(True) >= 4


def test_a_statement_is_found_once_and_says_what_it_is(found):
    results = found("ridge regression is linear attention")
    shown = [words for address, words in results if address.endswith("#aar-ridge-identity")]
    assert shown == [
        "Ridge regression is linear attention (Theorem, in 2. Attention as regression)"
    ]


def test_the_index_of_theorems_is_found_too(found):
    addresses = [address for address, _ in found("near orthonormality")]
    assert "book/theorems.html" in addresses


def test_words_of_no_page_are_not_found(found):
    """Negative control."""
    assert found("zymurgy") == []


def test_the_served_site_finds_the_same(browser, found, site):
    """From a server the results have excerpts as well."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *words):
            pass

    handler = functools.partial(Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            page = browser.new_page()
            page.goto(f"http://127.0.0.1:{server.server_port}/search.html?q=grokking")
            page.wait_for_selector("ul.search li")
            first = page.locator("ul.search li a").first.get_attribute("href")
            page.close()
        finally:
            server.shutdown()
    assert first == found("grokking")[0][0]
