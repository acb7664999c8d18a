// One panel: axes, marks, and the labels at the ends of the curves. Knows no controls.
(() => {
  "use strict";
  const X = globalThis.iclnbExplore, SVG = "http://www.w3.org/2000/svg", FONT = 12, ROW = 15, GRID = "currentColor";

  // Ticks: [value, text]; an empty text is a mark without number.
  function linear([low, high], count) {
    let values = Plot.ticks(low, high, count);
    if (values.length < 2) values = Plot.ticks(low, high, count + 1); // one number is no scale
    const step = values.length > 1 ? values[1] - values[0] : 1;
    const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9)), big = Math.max(Math.abs(low), Math.abs(high));
    return values.map((v) => [v, v === 0 ? "0" : big >= 1e6 || big < 1e-3 ? X.number(+v.toPrecision(6)) : Number.isInteger(step) ? X.number(v) : v.toFixed(Math.min(decimals, 12)).replace("-", "−")]);
  }
  function log([low, high], count) {
    const first = Math.ceil(Math.log10(low) - 1e-9), last = Math.floor(Math.log10(high) + 1e-9), decades = last - first + 1, out = [];
    if (decades >= 3 || (decades === 2 && count < 4)) {
      const every = Math.max(1, Math.ceil(decades / count));
      for (let k = first; k <= last; k++) if (decades < 30 || (k - first) % every === 0) out.push([10 ** k, (k - first) % every === 0 ? X.decade(k) : ""]);
      if (decades <= 7) for (let k = first - 1; k <= last; k++) for (let m = 2; m < 10; m++) out.push([m * 10 ** k, ""]);
    } else for (let k = first - 1; k <= last; k++) for (let m = 1; m < 10; m++) out.push([m * 10 ** k, [1, 2, 5].includes(m) ? X.number(m * 10 ** k) : ""]);
    const kept = out.filter(([v]) => v >= low * (1 - 1e-9) && v <= high * (1 + 1e-9));
    return kept.filter(([, t]) => t).length >= 2 ? kept : linear([low, high], count).filter(([v]) => v > 0);
  }
  const ticks = (scale, limits, count) => (scale === "log" ? log : linear)(limits, Math.max(2, count));

  // Which labels stand at the ends of curves: all, if there is room in every panel, or none.
  function ended(data, width, measure) {
    return data.axes.every((a, i) => {
      const labels = X.named(data, i).filter((s) => !s.across);
      return labels.length * ROW < 190 && labels.every((s) => measure(s.label) < 0.3 * width);
    });
  }
  // The series of a panel that want a name, each label once; upright marks name themselves on top.
  X.named = (data, panel, frame) => {
    const out = new Map(), used = frame && new Set(frame.marks.filter((m) => m[1] === panel).map((m) => m[0]));
    for (const [at, s] of data.series.entries()) {
      if ((used && !used.has(at)) || !s.panels.includes(panel) || s.role === "text" || s.role === "heat" || (s.role === "contour" && s.filled)) continue;
      const key = s.label + "\n" + s.colour + (s.role === "mark" ? s.lie : "");
      out.set(key, { ...(out.get(key) || {}), label: s.label, colour: s.colour, across: s.role === "mark" && s.lie === "upright", [s.role]: s });
    }
    return [...out.values()];
  };

  function write(document, parent, text, x, y, anchor, fill) {
    const node = document.createElementNS(SVG, "text"), at = { x, y, fill, "text-anchor": anchor, "paint-order": "stroke", stroke: X.PAPER, "stroke-width": 3, "stroke-linejoin": "round" };
    for (const k in at) node.setAttribute(k, at[k]);
    let back = 0;
    for (const [kind, content] of X.pieces(text)) {
      const span = document.createElementNS(SVG, "tspan"), shift = kind === "_" ? 3.5 : kind === "^" ? -5 : 0;
      if (shift !== back) span.setAttribute("dy", shift - back);
      if (kind) span.setAttribute("font-size", "75%");
      span.textContent = content;
      node.appendChild(span);
      back = shift;
    }
    parent.appendChild(node);
  }

  // Where a curve is last seen inside of the axes, and other places on it.
  function end(m, a) {
    const y = m.series.role === "area" ? m.high.map((v, i) => (v === null ? null : m.series.stacked ? (v + m.low[i]) / 2 : v)) : m.y;
    if (m.series.role === "mark" && m.x[0] === null) return { x: a.xlim[1], y: y[0], others: [] };
    const inside = (x, i) => x !== null && y[i] !== null && x >= a.xlim[0] && x <= a.xlim[1] && y[i] >= a.ylim[0] && y[i] <= a.ylim[1];
    const all = m.x.map((x, i) => ({ x, y: y[i], in: inside(x, i) })).filter((p) => p.in);
    if (!all.length) return null;
    const last = m.series.role === "path" ? all[all.length - 1] : all.reduce((best, p) => (p.x >= best.x ? p : best));
    return { ...last, others: m.series.role === "mark" ? [] : [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3].map((t) => all[Math.floor(t * (all.length - 1))]) };
  }
  // Pixels of the lines and points, every few: what a label had better not cover.
  function inked(items, scales) {
    const out = [];
    for (const m of items.filter((m) => ["theory", "measured", "path"].includes(m.series.role))) {
      let before = null;
      m.x.forEach((x, i) => {
        const p = m.y[i] === null ? null : [scales.x(x), scales.y(m.y[i])];
        const steps = p && before && m.series.role !== "measured" ? Math.min(40, Math.ceil(Math.hypot(p[0] - before[0], p[1] - before[1]) / 5)) : 1;
        if (p) for (let k = 1; k <= steps; k++) out.push(before && steps > 1 ? [before[0] + (k / steps) * (p[0] - before[0]), before[1] + (k / steps) * (p[1] - before[1])] : p);
        before = p;
      });
    }
    return out;
  }

  function labels(items, a, box, direct, measure) {
    return (index, scales, channels, dimensions, context) => {
      const document = context.document, g = document.createElementNS(SVG, "g"), right = box.width - box.right, low = box.height - box.bottom;
      const round = (v) => Math.round(10 * v) / 10, done = new Set(), margin = [], boxes = [], free = [];
      g.setAttribute("font-size", FONT);
      for (const m of items) {
        const s = m.series, ink = X.ink(s);
        if (s.role === "mark" && s.lie === "upright" && m.x[0] >= a.xlim[0] && m.x[0] <= a.xlim[1]) {
          const w = measure(s.label), x = Math.min(box.width - w / 2, Math.max(w / 2, scales.x(m.x[0])));
          let row = 0;
          while (boxes.some((b) => b.row === row && Math.abs(b.x - x) < (b.w + w) / 2 + 10)) row++;
          boxes.push({ row, x, w });
          write(document, g, s.label, round(x), box.top - 6 - ROW * row, "middle", ink);
        } else if (s.role === "text") {
          m.x.forEach((x, i) => free.push({ label: s.label, ink, x: scales.x(x), anchors: [[scales.x(x), scales.y(m.y[i])]], w: measure(s.label) }));
        } else if (direct && !["heat", "arrows"].includes(s.role) && !(s.role === "contour")) {
          const key = s.label + s.colour, at = done.has(key) ? null : end(m, a);
          if (!at) continue;
          done.add(key);
          const p = { label: s.label, ink, x: scales.x(at.x), y: scales.y(at.y), w: measure(s.label) };
          p.anchors = [at, ...at.others].map((o) => [scales.x(o.x), scales.y(o.y)]);
          (right - p.x < 30 ? margin : free).push(p);
        }
      }
      // In the margin: in order of height, pushed apart, a thin line leads back to a curve that is far.
      margin.sort((p, q) => p.y - q.y);
      margin.forEach((p, i) => { p.at = Math.max(p.y, i ? margin[i - 1].at + ROW : box.top); });
      for (let i = margin.length - 1, most = low; i >= 0; i--) { margin[i].at = Math.min(margin[i].at, most); most = margin[i].at - ROW; }
      for (const p of margin) {
        if (Math.abs(p.at - p.y) > 4 || right - p.x > 6) {
          const path = document.createElementNS(SVG, "path");
          for (const [k, v] of Object.entries({ d: `M${round(p.x + 2)} ${round(p.y)}L${right + 6} ${round(p.at)}`, stroke: p.ink, "stroke-opacity": 0.6, fill: "none" })) path.setAttribute(k, v);
          g.appendChild(path);
        }
        write(document, g, p.label, right + 8, round(p.at + 4), "start", p.ink);
      }
      // Inside: where the box meets no other label and least of the curves; from the right to the left.
      const taken = margin.map((p) => ({ l: right + 8, r: right + 8 + p.w, t: p.at - 8, b: p.at + 8 })), ink = inked(items, scales);
      for (const p of free.sort((p, q) => q.x - p.x)) {
        let best = null;
        for (const [k, [px, py]] of p.anchors.entries()) for (const [j, [dx, dy]] of [[7, 0], [7, -12], [7, 13], [-7 - p.w, 0], [-7 - p.w, -12], [-7 - p.w, 13], [-p.w / 2, -15], [-p.w / 2, 17]].entries()) {
          const b = { l: px + dx, r: px + dx + p.w, t: py + dy - 8, b: py + dy + 8 };
          if (b.l < box.left || b.r > box.width - 1 || b.t < box.top || b.b > low || taken.some((o) => o.l < b.r && b.l < o.r && o.t < b.b && b.t < o.b)) continue;
          const cost = 3 * k + j / 4 + ink.filter(([x, y]) => x > b.l - 2 && x < b.r + 2 && y > b.t && y < b.b).length;
          if (!best || cost < best.cost) best = { ...b, cost };
        }
        if (!best || best.cost > 6) box.crowded = true;
        if (!best) { box.lost.push(p.label); continue; }
        taken.push(best);
        write(document, g, p.label, round(best.l), round((best.t + best.b) / 2 + 4), "start", p.ink);
      }
      return g;
    };
  }

  // Rows above a panel for the names of upright lines.
  function above(data, i, width, measure) {
    const upright = X.named(data, i).filter((s) => s.across), need = upright.reduce((n, s) => n + measure(s.label) + 20, 60);
    return Math.min(upright.length, Math.ceil(need / width));
  }

  // The svg of one panel.
  X.panel = (data, frame, i, { width, rows, tall, direct, measure, document, still }) => {
    const a = data.axes[i], items = X.open(data, frame).filter((m) => m.panel === i), grid = a.zlim;
    const wide = (list) => Math.max(0, ...list.map(([, t]) => measure(t)));
    const named = X.named(data, i);
    const box = { width, crowded: false, lost: [], top: 8 + ROW * rows + (rows ? 4 : 0), bottom: 28 };
    let height = Math.max(tall, Math.round(Math.min(360, Math.max(230, 0.64 * width))));
    const down = ticks(a.yscale, a.ylim, Math.floor((height - 50) / 46)), ends = direct ? named.filter((s) => !s.across) : [];
    box.left = Math.ceil(wide(down)) + 12;
    box.right = Math.ceil(Math.max(12, ...ends.map((s) => measure(s.label) + 12)));
    const inner = width - box.left - box.right, across = ticks(a.xscale, a.xlim, Math.floor(inner / 80)), last = across.filter(([, t]) => t).pop();
    if (last) box.right = Math.max(box.right, Math.ceil(measure(last[1]) / 2) + 2);
    if (a.equal) {
      const most = 460, per = (width - box.left - box.right) / (a.xlim[1] - a.xlim[0]), tall = per * (a.ylim[1] - a.ylim[0]);
      const scale = Math.min(1, most / tall);
      height = Math.round(tall * scale) + box.top + box.bottom;
      box.right += Math.round((width - box.left - box.right) * (1 - scale));
    }
    box.height = height;
    const text = (list) => { const of = new Map(list); return (v) => of.get(v) ?? ""; }, marked = (list) => list.filter(([, t]) => t).map(([v]) => v);
    const lines = (list) => ({ ticks: marked(list), stroke: GRID, strokeOpacity: 0.13 });
    const outline = (_, scales, channels, dimensions, context) => {
      const path = context.document.createElementNS(SVG, "path"), at = (v) => Math.round(10 * v) / 10, [l, b] = [box.left, box.height - box.bottom];
      const small = [...across.map(([v, t]) => `M${at(scales.x(v))} ${b}v${t ? 6 : 3}`), ...down.map(([v, t]) => `M${l} ${at(scales.y(v))}h${t ? -6 : -3}`)].join("");
      for (const [k, v] of Object.entries({ d: `M${l} ${box.top}V${b}H${width - box.right}${small}`, fill: "none", stroke: "currentColor", "stroke-opacity": 0.55 })) path.setAttribute(k, v);
      return path;
    };
    const svg = Plot.plot({
      width, height, document, className: "xf-plot", marginLeft: box.left, marginRight: box.right, marginTop: box.top, marginBottom: box.bottom,
      style: { background: "transparent", fontSize: FONT + "px", overflow: "visible" },
      x: { type: a.xscale, domain: a.xlim, axis: null, label: null },
      y: { type: a.yscale, domain: a.ylim, axis: null, label: null, reverse: Boolean(a.reverse) },
      ...(grid ? { color: { type: a.zscale, domain: a.zlim, interpolate: X.shade(a), clamp: true, label: null } } : {}),
      marks: [
        ...(grid ? [] : [Plot.gridX(lines(across)), Plot.gridY(lines(down))]),
        Plot.axisX({ ticks: marked(across), tickFormat: text(across), tickSize: 0, tickPadding: 9, label: null }),
        Plot.axisY({ ticks: marked(down), tickFormat: text(down), tickSize: 0, tickPadding: 9, label: null }),
        outline,
        ...X.marks(items, a),
        labels(items, a, box, direct, measure),
        ...(still ? [] : [X.tip(data, items, a)]),
      ],
    });
    svg.setAttribute("aria-hidden", "true");
    return { svg, ...box };
  };

  // The bar that explains the colours of a grid.
  X.bar = (a) => {
    const [low, high] = a.zlim, n = 12, stops = Array.from({ length: n + 1 }, (_, k) => X.shade(a)(k / n)).join(",");
    const inverse = (t) => (a.zscale === "log" ? low * (high / low) ** t : a.zscale === "sqrt" ? (Math.sqrt(low) + t * (Math.sqrt(high) - Math.sqrt(low))) ** 2 : low + t * (high - low));
    return `<span>${X.rich(a.zlabel)}</span> <span class="xf-ramp"><i style="background:linear-gradient(90deg,${stops})"></i>${[0, 0.5, 1].map((t) => `<b>${X.number(inverse(t), 2)}</b>`).join(" ")}</span>`;
  };
  // The list of names under the panels.
  X.key = (data, direct, frame, lost) => {
    const shown = data.axes.map((_, i) => X.named(data, i, frame)).flat().filter((s) => !s.across && !(direct && !s.contour && !s.arrows && !lost.includes(s.label))), once = new Map(shown.map((s) => [s.label + s.colour, s]));
    return [...once.values()].map((s) => {
      const colour = X.colour(s), line = s.theory || s.path || s.contour || s.arrows || (s.mark && s.mark.lie !== "point" && s.mark), dash = line && (s.theory || s.mark) ? line.dash.join(" ") : "";
      const symbol = s.measured ? Plot.symbolPath(s.measured.marker) : s.mark && s.mark.lie === "point" ? Plot.symbolPath("diamond") : "";
      return `<li><svg width="36" height="14" aria-hidden="true">${s.area ? `<path d="M1 7H35" stroke="${colour}" stroke-width="12" stroke-opacity="${s.area.stacked ? 0.85 : 0.3}"/>` : ""}${line ? `<path d="M1 7H35" stroke="${colour}" stroke-width="2.2"${dash ? ` stroke-dasharray="${dash}"` : ""}/>` : ""}${symbol ? `<path transform="translate(18 7)" d="${symbol}" fill="${s.mark || ["plus", "cross"].includes(s.measured.marker) ? "none" : colour}" stroke="${colour}" stroke-width="1.6"/>` : ""}</svg><span>${X.rich(s.label)}</span></li>`;
    }).join("");
  };

  // All panels into a holder; `make` builds an element, `measure` says how wide a text is.
  X.panels = (holder, data, { make, measure, width, still }) => {
    const boxes = data.axes.map((a) => {
      const box = make(holder, "div", { class: "xf-panel" });
      make(box, "div", { class: "xf-y", "aria-hidden": "true" }, X.rich(a.ylabel));
      const place = make(box, "div", { class: "xf-svg" });
      make(box, "div", { class: "xf-label", "aria-hidden": "true" }, X.rich(a.xlabel));
      if (a.zlim) make(box, "div", { class: "xf-bar", "aria-hidden": "true" }, X.bar(a));
      return place;
    });
    const key = make(holder, "ul", { class: "xf-key" });
    let known = null, direct = false; // decided for a width by its first frame, so that labels stay where they are
    return (now, frame) => {
      const widths = boxes.map((b) => width(b));
      const rows = Math.max(...boxes.map((_, i) => above(now, i, widths[i], measure))); // side by side, the panels begin at one height
      const beside = still ? boxes.length > 1 : new Set(boxes.map((b) => b.parentNode.offsetTop)).size < boxes.length;
      const panels = (direct) => {
        const out = [], draw = (i, tall) => { out[i] = X.panel(now, frame, i, { width: widths[i], rows, tall, direct, measure, document: boxes[i].ownerDocument, still }); };
        now.axes.forEach((a, i) => a.equal && draw(i, 0)); // a plane is as high as it must be, what stands beside it as high as the plane
        const tall = beside ? Math.max(0, ...out.filter(Boolean).map((p) => p.height)) : 0;
        now.axes.forEach((a, i) => a.equal || draw(i, tall));
        return out;
      };
      let drawn = null;
      if (known !== String(widths)) {
        known = String(widths);
        drawn = ended(now, Math.min(...widths), measure) ? panels(true) : null;
        direct = drawn !== null && !drawn.some((p) => p.crowded);
      }
      drawn = direct && drawn ? drawn : panels(direct);
      const lost = drawn.flatMap((p) => p.lost);
      boxes.forEach((b, i) => {
        b.replaceChildren(drawn[i].svg);
        b.nextSibling.setAttribute("style", `padding:0 ${drawn[i].right}px 0 ${drawn[i].left}px`);
      });
      const names = X.key(now, direct, frame, lost);
      key.innerHTML = names;
      if (!names) key.setAttribute("hidden", ""); else key.removeAttribute("hidden");
    };
  };

  // The picture at build: the default frame as HTML with inline SVG.
  X.still = (text) => {
    const data = JSON.parse(text), frame = data.frames[data.start], measure = (t) => FONT * X.guess(X.plain(t)), count = data.axes.length;
    const make = (parent, tag, attributes, html) => {
      const node = document.createElement(tag);
      for (const k in attributes) node.setAttribute(k, attributes[k]);
      if (html !== undefined) node.innerHTML = html;
      if (parent) parent.append(node);
      return node;
    };
    const holder = make(null, "div", {});
    X.panels(holder, data, { make, measure, width: () => (count > 1 ? 360 : 680), still: true })(data, frame);
    const ids = new Map();
    return holder.innerHTML.replace(/plot-([a-z]+)-\d+/g, (id, kind) => {
      if (!ids.has(id)) ids.set(id, `${data.name}-${kind}-${ids.size + 1}`);
      return ids.get(id);
    });
  };
})();
