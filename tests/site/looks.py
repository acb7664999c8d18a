"""What is looked for on a page in a browser: functions from the page to a list of faults."""

import re
from contextlib import suppress

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import TimeoutError

RAW_TEXT = re.compile(r"\d[eE][-+]?\d|\w_[{\w]|\^[{\w]")
"""What a program prints and no reader wants: 6.1e+03, p_1, K^2."""


def overflow(page):
    """Pixels by which the page is wider than the window."""
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )


def unset_mathematics(page):
    """Formulas that failed or were left as text."""
    return page.evaluate(
        """() => {
          const article = document.querySelector('article.bd-article') || document.body;
          const bad = [...article.querySelectorAll('merror')].map(n => n.textContent);
          const walk = document.createTreeWalker(article, NodeFilter.SHOW_TEXT);
          while (walk.nextNode()) {
            const n = walk.currentNode;
            const apart = 'script, style, pre, code, math, noscript';
            if (n.parentElement.closest(apart)) continue;
            if (/\\\\\\(|\\\\\\[|\\$[^$]+\\$/.test(n.data)) bad.push(n.data.slice(0, 60));
          }
          return bad;
        }"""
    )


def missing_signs(page):
    """Signs of an icon font that the theme puts before or after a text, and no font here has."""
    return page.evaluate(
        """() => {
          const article = document.querySelector('article.bd-article') || document.body;
          const bad = [], own = [...document.fonts].map(f => f.family.replace(/"/g, ''));
          for (const n of article.querySelectorAll('summary, .admonition-title, summary p')) {
            for (const place of ['::before', '::after']) {
              const seen = getComputedStyle(n, place);
              const drawn = own.some(name => seen.fontFamily.includes(name));
              if (/[\\uE000-\\uF8FF]/.test(seen.content) && seen.display !== 'none' && !drawn)
                bad.push(`${n.textContent.trim().slice(0, 40)} ${place}`);
            }
          }
          return bad;
        }"""
    )


ALIKE = {
    "span.math > math": 40,
    "dl.py.function": 12,
    "dl.py.class": 6,
    "dl.py.data": 6,
    "table.iclnb-sortable tr": 40,
}
"""What one template makes by the hundred on a page, and how many of each are looked at."""

_THIN = """alike => {
  for (const [selector, kept] of Object.entries(alike))
    [...document.querySelectorAll(selector)].slice(kept).forEach(n => n.remove());
}"""

_SCROLLERS = "pre, .pst-scrollable-table-container, .bd-article .math"
_TAB_STOPS = f"""() => [...document.querySelectorAll('{_SCROLLERS}')].every(
  n => n.tabIndex === 0 || n.scrollWidth <= n.clientWidth || !n.checkVisibility())"""

SAME_LOOK = 2
"""How many texts are looked at of those that stand at one path of elements, classes and styles.
Within a formula only classes and styles count: its elements have no colours of their own."""

_THIN_TEXTS = """kept => {
  const places = new Map(), known = new Map(), count = new Map(), over = [];
  const place = n => {
    if (!n) return 0;
    if (!places.has(n)) {
      const bare = !n.hasAttribute("class") && !n.hasAttribute("style");
      if (bare && n.closest("math") && n.tagName !== "math") return place(n.parentElement);
      const of = name => n.getAttribute(name) || "";
      const key = [place(n.parentElement), n.tagName, of("class"), of("style"), of("fill")].join();
      if (!known.has(key)) known.set(key, known.size + 1);
      places.set(n, known.get(key));
    }
    return places.get(n);
  };
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const n = walk.currentNode;
    if (!n.data.trim() || !n.parentElement.checkVisibility()) continue;
    const at = place(n.parentElement);
    count.set(at, (count.get(at) || 0) + 1);
    if (count.get(at) > kept) over.push(n);
  }
  over.forEach(n => n.remove());
}"""


def thin(page, *, code=True):
    """Take out all but the first of what is alike; with ``code=False`` the colours of code too."""
    page.evaluate(_THIN, ALIKE)
    if not code:
        page.evaluate(
            "document.querySelectorAll('div.highlight pre').forEach("
            "n => { n.textContent = n.textContent })"
        )


def _axe(page, options, within=None):
    """Serious and critical findings of axe-core, as short texts; on the page or parts of it."""
    options = {"resultTypes": ["violations"], "preload": False, **options}
    context = within and {"include": [[part] for part in within]}
    found = Axe().run(page, context=context, options=options).response["violations"]
    return [
        f"{v['id']}: {node['target']} {node['html'][:80]}"
        for v in found
        if v["impact"] in ("serious", "critical")
        for node in v["nodes"]
    ]


_REST = """() => new Promise(done => setTimeout(
  () => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))), 400))"""
"""Longer than the page (120 ms) and the theme (300 ms) wait after a change of width."""


def _axe_at_rest(page, options, within=None):
    """As `_axe`, but a fault counts only if it is there when the page has come to rest.

    Page and theme give what scrolls its tab stop a moment after a change of width, and axe-core
    reads what scrolls and what has a stop at two moments.
    """
    with suppress(TimeoutError):  # then axe-core names what the keys cannot reach
        page.wait_for_function(_TAB_STOPS, timeout=5000)
    if found := _axe(page, options, within):
        page.evaluate(_REST)
        found = _axe(page, options, within)
    return found


def stuck(page):
    """What scrolls and cannot be reached by keys."""
    only = {"runOnly": {"type": "rule", "values": ["scrollable-region-focusable"]}}
    return _axe_at_rest(page, only)


def faint(page, within=None):
    """Texts of too little contrast; on a whole page takes out those that look as others do."""
    if not within:
        page.evaluate(_THIN_TEXTS, SAME_LOOK)
    return _axe(page, {"runOnly": {"type": "rule", "values": ["color-contrast"]}}, within)


def violations(page, *, code=True, within=None):
    """All findings of axe-core. The colours come last, for they take texts out."""
    if not within:
        thin(page, code=code)
    found = _axe_at_rest(page, {"rules": {"color-contrast": {"enabled": False}}}, within)
    return [*found, *faint(page, within)]


def pictures(page):
    """The pictures of static figures that are seen: name of the file, width, shown or not."""
    page.wait_for_function("[...document.images].every(n => n.complete)")
    return page.eval_on_selector_all(
        "article figure picture img",
        """nodes => nodes.filter(n => n.checkVisibility()).map(n => [
          n.currentSrc.split("/").pop(), n.getBoundingClientRect().width, n.naturalWidth > 0])""",
    )


def redrawn(page):
    """Wait until figures have followed the width of the window."""
    page.evaluate("() => new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))")
