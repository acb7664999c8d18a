// From the data of a frame to marks of Observable Plot: one entry of ROLES for each kind of mark.
(() => {
  "use strict";
  const X = (globalThis.iclnbExplore = globalThis.iclnbExplore || {});
  const HEX = ["#0072b2", "#d55e00", "#009e73", "#a4467a", "#56b4e9", "#8a6d00", "#555555"];
  const INKS = ["#00609a", "#a84a00", "#00714f", "#923d6c", "#1c6f9e", "#6d5600", "#444444"];
  const SYMBOLS = { circle: "circle", square: "square", diamond: "diamond", triangle: "triangle", down: "triangle2", plus: "plus", cross: "times" };
  X.SYMBOLS = SYMBOLS;
  X.colour = (s) => `var(--xf-c${s.colour % 7},${HEX[s.colour % 7]})`;
  X.ink = (s) => `var(--xf-t${s.colour % 7},${INKS[s.colour % 7]})`;
  X.PAPER = "var(--xf-paper,#fff)";

  // The marks of a frame, their arrays taken out of the pool.
  X.open = (data, frame) => frame.marks.map(([series, panel, refs]) => {
    const mark = { series: data.series[series], panel };
    for (const key in refs) mark[key] = data.arrays[refs[key]];
    return mark;
  });
  const COLUMNS = ["x", "y", "low", "high", "value", "to_x", "to_y"];
  X.COLUMNS = ["series", "role", "panel", ...COLUMNS];
  // One row a point, for hover, table and file.
  X.rows = (data, mark) => {
    const { series, panel } = mark, about = { series: X.plain(series.label), role: series.role, panel: X.plain(data.axes[panel].ylabel) };
    if (mark.z) return mark.z.map((value, i) => ({ ...about, x: mark.x[i % mark.x.length], y: mark.y[Math.floor(i / mark.x.length)], value }));
    return mark.x.map((x, i) => {
      const row = { ...about, x };
      for (const key of COLUMNS) if (key !== "x" && mark[key]) row[key] = mark[key][i];
      return row;
    });
  };

  // Colours of grids.
  X.shade = (axes) => (axes.diverging ? Plot.interpolatePuOr : Plot.interpolateViridis);
  X.place = (axes, z) => {
    const [a, b] = axes.zlim, f = axes.zscale === "log" ? Math.log : axes.zscale === "sqrt" ? Math.sqrt : Number;
    return Math.min(1, Math.max(0, (f(z) - f(a)) / (f(b) - f(a))));
  };
  const edges = (v) => [v[0] - (v[1] - v[0]) / 2, ...v.slice(1).map((u, i) => (u + v[i]) / 2), v[v.length - 1] + (v[v.length - 1] - v[v.length - 2]) / 2];

  // A grid as one path for each of 64 colours; equal neighbours in a row become one rectangle.
  function heat(mark, axes) {
    const { x, y, z } = mark, xe = edges(x), ye = edges(y), levels = 63;
    return (index, scales, channels, dimensions, context) => {
      const g = context.document.createElementNS("http://www.w3.org/2000/svg", "g"), paths = new Map(), at = (v) => Math.round(10 * v) / 10;
      for (let row = 0; row < y.length; row++) for (let from = 0, to; from < x.length; from = to) {
        const level = (i) => (z[row * x.length + i] === null ? -1 : Math.round(levels * X.place(axes, z[row * x.length + i])));
        for (to = from + 1; to < x.length && level(to) === level(from);) to++;
        const [l, r, t, b] = [scales.x(xe[from]), scales.x(xe[to]), scales.y(ye[row]), scales.y(ye[row + 1])].map(at);
        if (level(from) >= 0) paths.set(level(from), (paths.get(level(from)) || "") + `M${l} ${t}H${r}V${b}H${l}Z`);
      }
      for (const [level, d] of [...paths].sort((p, q) => p[0] - q[0])) {
        const path = context.document.createElementNS(g.namespaceURI, "path"), paint = X.shade(axes)(level / levels);
        for (const [k, v] of Object.entries({ d, fill: paint, stroke: paint, "stroke-width": 0.4 })) path.setAttribute(k, v);
        g.appendChild(path);
      }
      return g;
    };
  }
  function contour(mark, axes) {
    const { x, y, z } = mark, step = (v) => (v[v.length - 1] - v[0]) / (v.length - 1) / 2, lowest = Math.min(...z.filter((v) => v !== null));
    const box = { width: x.length, height: y.length, x1: x[0] - step(x), x2: x[x.length - 1] + step(x), y1: y[0] - step(y), y2: y[y.length - 1] + step(y), clip: true };
    const values = z.map((v) => (v === null ? NaN : v));
    const lines = (colour, width, opacity) => Plot.contour(values, { ...box, thresholds: mark.levels, value: (v) => v, fill: "none", stroke: colour, strokeWidth: width, strokeOpacity: opacity });
    if (mark.series.filled) return [Plot.contour(values, { ...box, thresholds: [Math.min(lowest, mark.levels[0]), ...mark.levels], fill: (v) => v, stroke: "none" }), lines("#000", 0.6, 0.35)];
    return [lines(X.colour(mark.series), 1.2, 1)];
  }

  const rows = (mark) => mark.x.map((x, i) => ({ x, y: mark.y && mark.y[i], low: mark.low && mark.low[i], high: mark.high && mark.high[i], u: mark.to_x && mark.to_x[i], v: mark.to_y && mark.to_y[i] }));
  const seen = (r) => r.y !== null && r.y !== undefined;
  // Whether a path begins (side -1) or ends (side 1) at a row: gaps part it into several.
  const edge = (side) => (r, i, all) => seen(r) && !(all[i + side] && seen(all[i + side]));
  const line = (mark, more) => Plot.line(rows(mark), { x: "x", y: "y", stroke: X.colour(mark.series), strokeWidth: 2.2, strokeLinejoin: "round", strokeDasharray: mark.series.dash.join(" ") || undefined, clip: true, ...more });

  const ROLES = {
    heat: (m, a) => [heat(m, a)],
    contour,
    area: (m) => [Plot.areaY(rows(m), { x: "x", y1: "low", y2: "high", fill: X.colour(m.series), fillOpacity: m.series.stacked ? 0.85 : 0.25, clip: true })],
    mark: (m, a) => {
      const r = rows(m), look = { stroke: X.colour(m.series), strokeWidth: 1.5, strokeDasharray: m.series.dash.join(" ") || undefined };
      if (m.y[0] === null) return [Plot.ruleX(r, { x: "x", ...look, clip: true })];
      if (m.x[0] === null) return [Plot.ruleY(r, { y: "y", ...look, clip: true })];
      const inside = r.filter((p) => p.x >= a.xlim[0] && p.x <= a.xlim[1] && p.y >= a.ylim[0] && p.y <= a.ylim[1]);
      return [Plot.dot(inside, { x: "x", y: "y", symbol: "diamond", r: 5, stroke: X.colour(m.series), strokeWidth: 1.6, fill: X.PAPER })];
    },
    theory: (m) => [line(m)],
    path: (m) => [line(m, { stroke: X.PAPER, strokeWidth: 4.5, strokeDasharray: undefined }), line(m, { strokeDasharray: undefined }),
      Plot.dot(rows(m).filter(edge(-1)), { x: "x", y: "y", r: 4, fill: X.PAPER, stroke: X.colour(m.series), strokeWidth: 1.6, clip: true }),
      Plot.dot(rows(m).filter(edge(1)), { x: "x", y: "y", r: 5.5, fill: X.colour(m.series), stroke: X.PAPER, strokeWidth: 1.2, clip: true })],
    arrows: (m) => [[X.PAPER, 4], [X.colour(m.series), 1.6]].map(([stroke, strokeWidth]) => Plot.arrow(rows(m), { x1: "x", y1: "y", x2: "u", y2: "v", stroke, strokeWidth, headLength: 10 / Math.sqrt(strokeWidth), clip: true })),
    measured: (m, a) => {
      const floor = a.yscale === "log" ? a.ylim[0] / 10 : -Infinity, bars = rows(m).filter((r) => seen(r) && m.low && r.low !== null && r.high !== null);
      const ends = bars.map((r) => ({ ...r, low: Math.max(r.low, floor) })), hollow = m.series.marker === "plus" || m.series.marker === "cross";
      return [Plot.ruleX(ends, { x: "x", y1: "low", y2: "high", stroke: X.colour(m.series), strokeWidth: 1.4, clip: true }),
        Plot.dot(rows(m).filter(seen), { x: "x", y: "y", r: m.x.length > 60 ? 2 : 3.6, symbol: SYMBOLS[m.series.marker], fill: hollow ? "none" : X.colour(m.series), stroke: X.colour(m.series), strokeWidth: hollow ? 2.2 : 1, opacity: cloud(m) ? 0.6 : undefined, clip: true })];
    },
    text: () => [],
  };
  // So many points would hide a curve: they lie under it. A marked point lies on top of all.
  const cloud = (m) => m.series.role === "measured" && m.x.length > 150;
  const ORDER = Object.keys(ROLES), height = (m) => (cloud(m) ? ORDER.indexOf("theory") - 0.5 : m.series.role === "mark" && m.x[0] !== null && m.y[0] !== null ? ORDER.length : ORDER.indexOf(m.series.role));
  X.marks = (items, axes) => [...items].sort((a, b) => height(a) - height(b)).flatMap((m) => ROLES[m.series.role](m, axes));

  // What is said at the pointer.
  X.tip = (data, items, axes) => {
    const all = items.flatMap((m) => (["arrows", "text"].includes(m.series.role) ? [] : X.rows(data, m))).filter((r) => r.x !== null && (r.y ?? r.high ?? r.value ?? null) !== null && (r.y ?? r.high) !== null);
    const inside = all.filter((r) => { const y = r.y ?? r.high; return r.x >= axes.xlim[0] && r.x <= axes.xlim[1] && y >= axes.ylim[0] && y <= axes.ylim[1]; });
    const say = (r) => [r.series, `${X.number(r.x)}, ${X.number(r.y ?? r.high - r.low)}`, ...(r.value !== undefined ? [X.number(r.value)] : []), ...(r.y !== undefined && r.low !== undefined && r.low !== null ? [`${X.number(r.low)} to ${X.number(r.high)}`] : [])].join("\n");
    return Plot.tip(inside, Plot.pointer({ x: "x", y: (r) => r.y ?? r.high, title: say, fill: X.PAPER, stroke: "var(--xf-line,#ccc)", fontSize: 12, maxRadius: 80 }));
  };
})();
