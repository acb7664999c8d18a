"""What is looked for on a page: functions from HTML to a list of faults."""

import re
from collections import Counter
from functools import cache, lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup

RAW = re.compile(
    r"```\{|\{(?:prf:)?(?:ref|doc|cite|py:obj|term|download)\}|^:label:|^Alias for field number",
    re.MULTILINE,
)


def soup(html):
    """Parse a page."""
    return BeautifulSoup(html, "html.parser")


@lru_cache(maxsize=2)
def page_at(path):
    """The page at a path, parsed once for the tests that follow one another; leave it as it is."""
    return soup(Path(path).read_text(encoding="utf-8"))


_APART = re.compile(r"<!--.*?-->|<(script|style)\b.*?</\1>", re.DOTALL)
_ID = re.compile(r"""<[A-Za-z][^<>]*?\sid=["']([^"']*)["']""")


@cache
def anchors(path):
    """The ids of the page at a path; found in its text, for a parser takes a second."""
    return frozenset(_ID.findall(_APART.sub("", Path(path).read_text(encoding="utf-8"))))


def article(page):
    """Return the part of the page that the book writes."""
    return page.select_one("article.bd-article") or page


def raw_markup(page):
    """Directives and roles not understood, tracebacks, words of the builder or of Python."""
    body = article(page)
    apart = {id(n) for part in body.find_all(["script", "pre", "code"]) for n in part.descendants}
    text = "\n".join(node for node in body.find_all(string=True) if id(node) not in apart)
    faults = [f"raw markup {m.group(0)!r}" for m in RAW.finditer(text)]
    shown = "\n".join(n.get_text() for n in body.select("div.cell_output, div.output"))
    faults += ["traceback"] * ("Traceback (most recent call last)" in shown)
    faults += [f"builder's message: {n.get_text()[:60]}" for n in body.select(".system-message")]
    return faults + [f"problematic: {n.get_text()[:60]}" for n in body.select(".problematic")]


def images_without_words(page):
    """Pictures of the article whose alternative text is missing, short, or a file name."""
    faults = []
    for image in article(page).find_all("img"):
        alt = (image.get("alt") or "").strip()
        if len(alt) < 20 or re.search(r"_images/|\.(png|svg|jpg)$", alt):
            faults.append(f"{image.get('src', '')[:60]}: alt {alt!r}")
    return faults


def doubled_ids(page):
    """Ids that stand twice."""
    count = Counter(node["id"] for node in page.find_all(id=True))
    return sorted(i for i, times in count.items() if times > 1)


def needed_from_outside(page):
    """Scripts, styles and pictures that the page would fetch from a server."""
    wanted = [n["src"] for n in page.find_all(["script", "img", "iframe", "source"], src=True)]
    for link in page.find_all("link", href=True):
        if {"stylesheet", "preload", "icon"} & set(link.get("rel", [])):
            wanted.append(link["href"])
    return [u for u in wanted if re.match(r"(https?:)?//", u)]


def links(page):
    """Targets of the links of a page, without those that a script handles."""
    return [a["href"] for a in page.find_all("a", href=True) if not a["href"].startswith("#!")]


def dead_links(path, root):
    """Links of the page at ``path`` into the site that lead nowhere."""
    faults = []
    for href in links(page_at(path)):
        parts = urlsplit(href)
        if parts.scheme or parts.netloc:
            continue
        target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
        if not target.exists():
            faults.append(href)
        elif parts.fragment and target.suffix == ".html":
            if unquote(parts.fragment) not in anchors(target):
                faults.append(href)
        elif not target.is_relative_to(Path(root).resolve()):
            faults.append(f"{href} leaves the site")
    return faults


def malformed_outside_links(page):
    """Outside links that are not plain https addresses."""
    faults = []
    for href in links(page):
        parts = urlsplit(href)
        if parts.scheme in ("", "mailto"):
            continue
        if parts.scheme != "https" or "." not in parts.netloc or " " in href:
            faults.append(href)
    return faults


def without_data(page):
    """Slider figures whose data stand in the page, or in no file of their name beside it."""
    faults = []
    for figure in page.select("figure.iclnb-explore"):
        inner, name = figure.select_one(".xf"), figure.get("id")
        address = (inner and inner.get("data-from")) or ""
        if not re.fullmatch(rf"(\.\./)*_figures/{name}\.js\?v=[0-9a-f]+", address):
            faults.append(f"{name}: {address!r}")
        elif figure.select("script"):
            faults.append(f"{name}: data in the page")
    return faults


PAGE, FIGURE, PICTURES = 400_000, 300_000, 1_500_000
"""The most that a page, the data of a figure, and those of a figure of pictures weigh, in bytes."""


def heavy(site):
    """Pages of the site, and data of its figures, that weigh more than the book allows."""
    faults = {}
    for path in sorted([*site.rglob("*.html"), *(site / "_figures").glob("*.js")]):
        weight = path.stat().st_size
        most = PAGE
        if path.suffix == ".js":
            pictures = '"kind":"pictures"' in path.read_text(encoding="utf-8")
            most = PICTURES if pictures else FIGURE
        if weight > most:
            faults[path.relative_to(site).as_posix()] = weight
    return faults


def figures_without_number(page):
    """Slider figures without a number, a caption, or a picture that stands without JavaScript."""
    faults = []
    for figure in page.select("figure.iclnb-explore"):
        parts = {"number": ".caption-number", "text": ".caption-text", "still": ".xf-still svg"}
        parts["still"] += ", .xf-still img"
        missing = [name for name, path in parts.items() if not figure.select_one(path)]
        faults += [f"{figure.get('id')}: no {name}" for name in missing]
    return faults
