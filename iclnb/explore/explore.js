(() => {
  "use strict";
  const SVG = "http://www.w3.org/2000/svg", INK = "#1a1a1a", FONT = 13;
  function put(parent, tag, attributes, text) {
    const inSvg = tag === "svg" || (parent && parent.namespaceURI === SVG);
    const node = inSvg ? document.createElementNS(SVG, tag) : document.createElement(tag);
    for (const key in attributes || {}) node.setAttribute(key, attributes[key]);
    if (text !== undefined) rich(node, text);
    if (parent) parent.appendChild(node);
    return node;
  }

  // The TeX subset _{..} and ^{..}: tspan in SVG, sub and sup in HTML.
  function rich(node, text) {
    const inSvg = node.namespaceURI === SVG;
    let back = 0;
    for (const part of text.split(/([_^]\{[^{}]*\})/)) {
      if (!part) continue;
      const kind = /^[_^]\{.*\}$/.test(part) ? part[0] : "";
      const content = kind ? part.slice(2, -1) : part;
      if (!inSvg) {
        if (kind) put(node, kind === "_" ? "sub" : "sup", {}).textContent = content;
        else node.append(content);
        continue;
      }
      const shift = kind === "_" ? 3.5 : kind === "^" ? -5 : 0;
      const span = put(node, "tspan", { dy: shift - back });
      if (kind) span.setAttribute("font-size", "75%");
      span.textContent = content;
      back = shift;
    }
  }
  const plain = (text) => text.replace(/([_^])\{([^{}]*)\}/g, "$1$2");
  const width = (text) => 0.58 * FONT * plain(text).replace(/[_^]/g, "").length;

  // Numbers on the axes.
  function power(value) {
    const k = Math.floor(Math.log10(Math.abs(value)) + 1e-9), m = +(value / 10 ** k).toPrecision(4);
    return (m === 1 ? "10" : m === -1 ? "\u221210" : String(m).replace("-", "\u2212") + "\u00d710")
      + "^{" + String(k).replace("-", "\u2212") + "}";
  }
  function linearTicks([low, high], count) {
    const raw = (high - low) / count, base = 10 ** Math.floor(Math.log10(raw));
    const step = base * [1, 2, 5, 10].find((m) => m * base >= raw * 0.999);
    const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9)), out = [];
    const big = Math.max(Math.abs(low), Math.abs(high));
    for (let i = Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i++) {
      const v = i * step;
      const text = v && (big >= 1e5 || big < 1e-3) ? power(+v.toPrecision(6))
        : v.toFixed(Math.min(decimals, 12)).replace("-", "\u2212");
      out.push({ v, text });
    }
    return out;
  }
  function logTicks([low, high], count) {
    const first = Math.ceil(Math.log10(low) - 1e-9), last = Math.floor(Math.log10(high) + 1e-9);
    const decades = last - first + 1, out = [];
    const show = (v) => (low >= 0.0099 && high < 20000 ? String(+v.toPrecision(6)) : power(v));
    if (decades >= 3 || (decades === 2 && count < 4)) {
      const every = Math.max(1, Math.ceil(decades / count));
      for (let k = first; k <= last; k++) {
        const labelled = k % every === 0;
        if (labelled || decades < 30) out.push({ v: 10 ** k, text: labelled ? show(10 ** k) : "" });
      }
      if (decades <= 7) for (let k = first - 1; k <= last; k++) for (let m = 2; m < 10; m++) {
        const v = m * 10 ** k;
        if (v >= low && v <= high) out.push({ v, text: "" });
      }
      return out;
    }
    for (let k = first - 1; k <= last; k++) for (let m = 1; m < 10; m++) {
      const v = +(m * 10 ** k).toPrecision(3);
      if (v >= low && v <= high) out.push({ v, text: [1, 2, 5].includes(m) ? show(v) : "" });
    }
    return out.filter((t) => t.text).length >= 2 ? out
      : linearTicks([low, high], count).filter((t) => t.v > 0);
  }

  function marker(parent, kind, x, y, r, colour, fill) {
    const paths = {
      square: `M${-r} ${-r}H${r}V${r}H${-r}Z`, diamond: `M0 ${-1.3 * r}L${1.3 * r} 0L0 ${1.3 * r}L${-1.3 * r} 0Z`,
      triangle: `M0 ${-1.2 * r}L${1.15 * r} ${0.9 * r}H${-1.15 * r}Z`, down: `M0 ${1.2 * r}L${1.15 * r} ${-0.9 * r}H${-1.15 * r}Z`,
      cross: `M${-r} ${-r}L${r} ${r}M${-r} ${r}L${r} ${-r}`, plus: `M${-r} 0H${r}M0 ${-r}V${r}`,
    };
    const paint = { fill, stroke: colour, "stroke-width": kind === "cross" || kind === "plus" ? 2.4 : 1.4 };
    if (!paths[kind]) put(parent, "circle", { cx: x, cy: y, r, ...paint });
    else put(parent, "path", { d: paths[kind], transform: `translate(${x} ${y})`, ...paint });
  }
  const stroke = (s) => ({ fill: "none", stroke: s.colour, "stroke-width": s.role === "mark" ? 1.5 : 2.2,
    "stroke-dasharray": s.dash.join(" ") || "none", "stroke-linejoin": "round" });

  function panel(svg, axes, curves, box, data) {
    const xTicks = (axes.xscale === "log" ? logTicks : linearTicks)(axes.xlim, Math.max(2, Math.floor(box.w / 85)));
    const yTicks = (axes.yscale === "log" ? logTicks : linearTicks)(axes.ylim, Math.max(2, Math.floor(box.h / 48)));
    const left = 14 + Math.max(...yTicks.map((t) => width(t.text))), top = 30, bottom = 46, right = 14;
    const w = box.w - left - right, h = box.h - top - bottom;
    const to = (scale, [a, b], size) => scale === "log"
      ? (v) => size * Math.log(v / a) / Math.log(b / a) : (v) => size * (v - a) / (b - a);
    const round = (v) => Math.round(100 * v) / 100;
    const fx = to(axes.xscale, axes.xlim, w), fy = to(axes.yscale, axes.ylim, h);
    const X = (v) => round(fx(v)), Y = (v) => round(h - fy(v));
    const g = put(svg, "g", { transform: `translate(${box.x + left} ${box.y + top})` });
    const label = (x, y, anchor, text) => put(g, "text", { x, y, fill: INK, "text-anchor": anchor }, text);
    for (const { v, text } of xTicks) {
      if (text) put(g, "path", { d: `M${X(v)} 0V${h}`, stroke: "#e3e3e3" });
      put(g, "path", { d: `M${X(v)} ${h}v${text ? 6 : 3}`, stroke: "#777" });
      if (text) label(X(v), h + 20, "middle", text);
    }
    for (const { v, text } of yTicks) {
      if (text) put(g, "path", { d: `M0 ${Y(v)}H${w}`, stroke: "#e3e3e3" });
      put(g, "path", { d: `M0 ${Y(v)}h${text ? -6 : -3}`, stroke: "#777" });
      if (text) label(-9, Y(v) + 4.5, "end", text);
    }
    put(g, "path", { d: `M0 0V${h}H${w}`, fill: "none", stroke: "#777" });
    label(w / 2, h + 40, "middle", axes.xlabel);
    label(6 - left, -14, "start", axes.ylabel);
    // An inner svg clips what leaves the axes, without ids.
    const inner = put(g, "svg", { x: 0, y: -5, width: w + 5, height: h + 5, viewBox: `0 -5 ${w + 5} ${h + 5}`, overflow: "hidden" });
    const order = { mark: 0, theory: 1, measured: 2 };
    for (const c of [...curves].sort((a, b) => order[a.series.role] - order[b.series.role])) {
      const s = c.series, one = s.role === "mark";
      if (one && (c.x[0] === null || c.y[0] === null)) {
        put(inner, "path", { d: c.y[0] === null ? `M${X(c.x[0])} 0V${h}` : `M0 ${Y(c.y[0])}H${w}`, ...stroke(s) });
      } else if (s.role === "theory") {
        let d = "", gap = true;
        c.x.forEach((v, i) => {
          if (c.y[i] === null) { gap = true; return; }
          d += (gap ? "M" : "L") + X(v) + " " + Y(c.y[i]);
          gap = false;
        });
        put(inner, "path", { d, ...stroke(s) });
      } else c.x.forEach((v, i) => {
        if (c.y[i] === null) return;
        if (c.low && c.low[i] !== null && c.high[i] !== null) {
          const end = (u) => (axes.yscale === "log" && u <= 0 ? h + 9 : Math.min(h + 9, Math.max(-9, Y(u))));
          const a = end(c.low[i]), b = end(c.high[i]);
          put(inner, "path", { d: `M${X(v)} ${a}V${b}M${X(v) - 3} ${a}h6M${X(v) - 3} ${b}h6`, stroke: s.colour, "stroke-width": 1.5 });
        }
        marker(inner, s.marker, X(v), Y(c.y[i]), c.x.length > 60 ? 2 : 4, s.colour, one ? "#fff" : s.colour);
      });
    }
  }

  function plot(svg, data, state) {
    const total = Math.max(260, svg.parentNode.clientWidth || 680), n = data.axes.length;
    const across = total >= 320 * n, w = across ? total / n : total;
    const h = Math.round(Math.min(360, Math.max(250, 0.68 * w)));
    svg.replaceChildren();
    svg.setAttribute("viewBox", `0 0 ${total} ${across ? h : h * n}`);
    put(svg, "desc", {}).textContent = plain(state.summary);
    put(svg, "rect", { width: "100%", height: "100%", fill: "#fff" });
    data.axes.forEach((axes, i) => panel(svg, axes, state.curves.filter((c) => c.panel === i),
      { x: across ? i * w : 0, y: across ? 0 : i * h, w, h }, data));
  }

  function legend(list, state) {
    list.replaceChildren();
    for (const s of new Set(state.curves.map((c) => c.series))) {
      const item = put(list, "li"), point = s.role === "measured" || state.curves.some(
        (c) => c.series === s && s.role === "mark" && c.x[0] !== null && c.y[0] !== null);
      const key = put(item, "svg", { width: 40, height: 16, "aria-hidden": "true" });
      if (!point) put(key, "path", { d: "M1 8H39", ...stroke(s) });
      else {
        if (s.role === "measured" && state.curves.some((c) => c.series === s && c.low))
          put(key, "path", { d: "M20 0V16", stroke: s.colour, "stroke-width": 1.5 });
        marker(key, s.marker, 20, 8, 4, s.colour, s.role === "mark" ? "#fff" : s.colour);
      }
      put(item, "span", {}, s.label);
    }
  }

  // The data of a frame: references into the pool become arrays.
  function open(data, frame) {
    const get = (i) => (i < 0 ? null : data.arrays[i]);
    return { summary: frame.summary, curves: frame.curves.map(([s, p, x, y, low, high]) => (
      { series: data.series[s], panel: p, x: get(x), y: get(y), low: get(low), high: get(high) })) };
  }
  function rows(data, state) {
    return state.curves.flatMap((c) => c.x.map((x, i) => [c.series.label, c.series.role,
      data.axes[c.panel].ylabel, x, c.y[i], c.low ? c.low[i] : null, c.high ? c.high[i] : null]));
  }

  function numbers(root, data, current) {
    const details = put(root, "details"), head = ["curve", "role", "quantity", "x", "y", "low", "high"];
    put(details, "summary", {}, "Numbers of this figure");
    const button = put(details, "button", { type: "button" }, "Download all as CSV");
    const frame = put(details, "div", { class: "iclnb-table", tabindex: "0", role: "region", "aria-label": "Numbers of this figure" });
    button.addEventListener("click", () => {
      const cell = (v) => (v === null ? "" : typeof v === "number" ? String(v) : '"' + String(v).replace(/"/g, '""') + '"');
      const lines = [[...data.parameters.map((p) => p.name), ...head].map(cell)];
      data.frames.forEach((f, k) => {
        let rest = k;
        const at = [...data.parameters].reverse().map((p) => {
          const v = p.values[rest % p.values.length];
          rest = Math.floor(rest / p.values.length);
          return v;
        }).reverse();
        for (const row of rows(data, open(data, f))) lines.push([...at, ...row].map(cell));
      });
      const url = URL.createObjectURL(new Blob([lines.join("\n") + "\n"], { type: "text/csv" }));
      put(null, "a", { href: url, download: data.name + ".csv" }).click();
      setTimeout(() => URL.revokeObjectURL(url), 1000);
    });
    const fill = () => {
      if (!details.open) return;
      frame.replaceChildren();
      const table = put(frame, "table"), shown = rows(data, current());
      const keep = head.map((_, k) => k !== 2 || data.axes.length > 1).map((k, i) => k && (i < 5 || shown.some((r) => r[i] !== null)));
      const top = put(put(table, "thead"), "tr"), body = put(table, "tbody");
      head.forEach((t, i) => keep[i] && put(top, "th", { scope: "col" }, t));
      for (const row of shown) {
        const tr = put(body, "tr");
        row.forEach((v, i) => keep[i] && put(tr, "td", {}, v === null ? "\u2013" : String(v)));
      }
    };
    details.addEventListener("toggle", fill);
    return fill;
  }

  function start(root, data) {
    const image = root.querySelector("img"), caption = root.querySelector("figcaption");
    const at = data.parameters.map((p) => p.start), first = image.src;
    const controls = put(null, "div", { class: "iclnb-controls" });
    const drawn = data.kind === "curves";
    let svg, list, refill;
    const current = () => {
      const frame = data.frames[at.reduce((k, i, p) => k * data.parameters[p].values.length + i, 0)];
      return drawn ? open(data, frame) : frame;
    };
    const said = put(null, "p", { class: "iclnb-summary", "aria-live": "polite" });
    function show() {
      const state = current();
      if (drawn) {
        plot(svg, data, state);
        legend(list, state);
        refill();
      } else {
        image.src = state.png === null ? first : "data:image/png;base64," + state.png;
        image.alt = data.alt + " (" + plain(state.summary) + ")";
      }
      said.replaceChildren();
      rich(said, state.summary);
      said.hidden = !state.summary;
    }
    data.parameters.forEach((p, k) => {
      const label = put(controls, "label"), head = put(label, "span", { class: "iclnb-head" });
      put(head, "span", {}, p.description ? p.label + ", " + p.description : p.label);
      const value = put(head, "span", { class: "iclnb-value", "aria-hidden": "true" });
      const input = put(label, "input", { type: "range", min: 0, max: p.values.length - 1, step: 1, value: at[k], autocomplete: "off" });
      const tell = () => {
        value.replaceChildren();
        rich(value, p.values[at[k]]);
        input.setAttribute("aria-valuetext", plain(p.label) + " = " + plain(p.values[at[k]]));
      };
      input.addEventListener("input", () => { at[k] = Number(input.value); tell(); show(); });
      tell();
    });
    root.insertBefore(controls, image);
    if (drawn) {
      image.hidden = true;
      const holder = put(null, "div");
      svg = put(holder, "svg", { class: "iclnb-plot", role: "img", "aria-label": data.alt,
        "font-family": "inherit", "font-size": FONT });
      list = put(null, "ul");
      root.insertBefore(holder, caption);
      root.insertBefore(list, caption);
      const foot = put(null, "div");
      refill = numbers(foot, data, current);
      root.insertBefore(foot, caption.nextSibling);
      let seen = 0;
      new ResizeObserver(() => {
        if (holder.clientWidth !== seen) { seen = holder.clientWidth; plot(svg, data, current()); }
      }).observe(holder);
    }
    root.insertBefore(said, caption);
    show();
  }

  const here = document.currentScript && document.currentScript.closest("figure.iclnb-explore");
  for (const root of here ? [here] : document.querySelectorAll("figure.iclnb-explore")) {
    const store = root.querySelector('script[type="application/json"]');
    if (store && !root.dataset.ready) { root.dataset.ready = "1"; start(root, JSON.parse(store.textContent)); }
  }
})();
