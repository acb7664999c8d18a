"""Texts of a figure that overlap, leave their box, or are covered by the ring of the focus."""

SCAN = """figure => {
  const shown = n => n.checkVisibility({opacityProperty: true, visibilityProperty: true});
  const texts = [], out = [], say = t => t.text.trim().slice(0, 40);
  const add = (node, box, text) => {
    if (box.width > 1 && box.height > 1) texts.push({
      node, text, l: box.left, r: box.right, t: box.top, b: box.bottom});
  };
  for (const node of figure.querySelectorAll('svg text')) {
    if (node.textContent.trim() && shown(node)) {
      add(node, node.getBoundingClientRect(), node.textContent);
    }
  }
  const walk = document.createTreeWalker(figure, NodeFilter.SHOW_TEXT), range = new Range();
  while (walk.nextNode()) {
    const node = walk.currentNode, parent = node.parentElement;
    if (!node.data.trim() || parent.closest('svg, script, style, .xf-table') || !shown(parent))
      continue;
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) add(parent, box, node.data);
  }
  const whole = figure.getBoundingClientRect();
  texts.forEach((a, i) => {
    const svg = a.node.closest('.xf-panel');
    const home = svg ? svg.getBoundingClientRect() : whole;
    if (a.l < home.left - 1 || a.r > home.right + 1) out.push(`beyond its box: ${say(a)}`);
    const clip = a.node.closest('[style*="overflow: hidden"], .xf-ends, legend, label');
    if (clip && clip.scrollWidth > clip.clientWidth + 1) out.push(`cut: ${say(a)}`);
    for (const b of texts.slice(i + 1)) {
      if (a.node === b.node || a.node.contains(b.node) || b.node.contains(a.node)) continue;
      const across = Math.min(a.r, b.r) - Math.max(a.l, b.l);
      const down = Math.min(a.b, b.b) - Math.max(a.t, b.t);
      const small = [a, b].some(t => ['SUB', 'SUP'].includes(t.node.tagName));
      if (across > 1 && down > (small ? 9 : 3)) out.push(`overlap: ${say(a)} | ${say(b)}`);
    }
  });
  return [...new Set(out)];
}"""

RING = """figure => {
  const out = [], range = new Range();
  for (const input of figure.querySelectorAll('input[type=range]')) {
    input.focus();
    const style = getComputedStyle(input), ring = input.getBoundingClientRect();
    const wide = parseFloat(style.outlineWidth) + parseFloat(style.outlineOffset);
    const walk = document.createTreeWalker(figure, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const node = walk.currentNode;
      if (!node.data.trim() || node.parentElement.closest('svg, script, style')) continue;
      range.selectNodeContents(node);
      for (const box of range.getClientRects()) {
        const low = Math.min(box.bottom - 2, ring.bottom + wide);
        const down = low - Math.max(box.top + 2, ring.top - wide);
        const right = Math.min(box.right, ring.right + wide);
        const across = right - Math.max(box.left, ring.left - wide);
        if (box.width && down > 0 && across > 0)
          out.push(`ring covers ${node.data.trim().slice(0, 40)}`);
      }
    }
  }
  return out;
}"""


def faults(figure):
    """What is wrong with the texts of a figure, a Playwright handle, as it stands."""
    return figure.evaluate(SCAN)


def ringed(figure):
    """Texts that the ring around a slider covers when it has the focus."""
    return figure.evaluate(RING)
