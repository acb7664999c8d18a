// Around the picture: sliders, buttons, play, the sentence, numbers, the file, the address.
(() => {
  "use strict";
  const X = globalThis.iclnbExplore;
  const make = (parent, tag, attributes, html) => {
    const node = document.createElement(tag);
    for (const key in attributes || {}) node.setAttribute(key, attributes[key]);
    if (html !== undefined) node.innerHTML = html;
    if (parent) parent.append(node);
    return node;
  };
  const canvas = document.createElement("canvas").getContext("2d");
  function measured(node) {
    const font = `12px ${getComputedStyle(node).fontFamily}`;
    return (text) => {
      if (!canvas) return 12 * X.guess(X.plain(text));
      canvas.font = font;
      return X.pieces(text).reduce((sum, [kind, t]) => sum + (kind ? 0.75 : 1) * canvas.measureText(t).width, 0) + 1;
    };
  }

  // One control for each parameter; each returns a function that shows where it stands.
  function controls(holder, data, at, move) {
    const named = (p) => X.rich(p.label) + (p.description ? ", " + X.rich(p.description) : "");
    const choice = (p, k) => {
      const set = make(holder, "fieldset", { class: "xf-choice" });
      make(set, "legend", {}, named(p));
      const inputs = p.shown.map((text, i) => {
        const label = make(set, "label"), input = make(label, "input", { type: "radio", name: `${data.name}-${p.name}`, autocomplete: "off" });
        make(label, "span", {}, X.rich(text));
        input.addEventListener("change", () => move(k, i));
        return input;
      });
      return () => { inputs[at[k]].checked = true; };
    };
    const slider = (p, k) => {
      const box = make(holder, "div", { class: "xf-slider" }), label = make(box, "label"), head = make(label, "span", { class: "xf-head" });
      make(head, "span", {}, named(p));
      const value = make(head, "b", { class: "xf-value", "aria-hidden": "true" });
      const input = make(label, "input", { type: "range", min: 0, max: p.shown.length - 1, step: 1, autocomplete: "off" });
      const ends = make(box, "div", { class: "xf-ends", "aria-hidden": "true" });
      make(ends, "span", {}, X.rich(p.shown[0]));
      if (p.play) player(p, k, ends);
      make(ends, "span", {}, X.rich(p.shown[p.shown.length - 1]));
      input.addEventListener("input", () => move(k, Number(input.value)));
      return () => {
        input.value = at[k];
        value.innerHTML = X.rich(p.shown[at[k]]);
        input.setAttribute("aria-valuetext", `${X.plain(p.label)} = ${X.plain(p.shown[at[k]])}`);
      };
    };
    const player = (p, k, box) => {
      box.removeAttribute("aria-hidden");
      const button = make(box, "button", { type: "button", class: "xf-play", "aria-label": `Play ${X.plain(p.label)}` }, "▶"), stops = p.stops;
      let timer = null;
      const stop = () => {
        clearInterval(timer);
        timer = null;
        button.textContent = "▶";
        button.setAttribute("aria-label", `Play ${X.plain(p.label)}`);
        box.dispatchEvent(new CustomEvent("xf-play", { bubbles: true, detail: false }));
      };
      const step = () => {
        const next = stops.find((i) => i > at[k]);
        if (next === undefined || !box.isConnected) return stop();
        move(k, next);
        if (next === stops[stops.length - 1]) stop();
      };
      button.addEventListener("click", () => {
        if (timer) return stop();
        button.textContent = "❚❚";
        button.setAttribute("aria-label", `Pause ${X.plain(p.label)}`);
        box.dispatchEvent(new CustomEvent("xf-play", { bubbles: true, detail: true }));
        if (at[k] >= stops[stops.length - 1]) move(k, stops[0]);
        const slow = matchMedia("(prefers-reduced-motion: reduce)").matches;
        timer = setInterval(step, slow ? 1500 : Math.min(900, Math.max(150, 5000 / stops.length)));
      });
    };
    return data.parameters.map((p, k) => (p.kind === "choice" ? choice : slider)(p, k));
  }

  // The address: #fig-name?K=20&p1=0.9; null without a state.
  function parsed() {
    const [name, query] = location.hash.slice(1).split("?");
    return query === undefined ? null : { name, state: new URLSearchParams(query) };
  }
  function fromAddress(data, at) {
    const here = parsed();
    if (!here || here.name !== data.name) return false;
    data.parameters.forEach((p, k) => {
      const i = p.values.findIndex((v) => String(v) === here.state.get(p.name));
      if (i >= 0) at[k] = i;
    });
    return true;
  }
  const address = (data, at) => "#" + data.name + "?" + new URLSearchParams(data.parameters.map((p, k) => [p.name, p.values[at[k]]]));

  function foot(root, data, current, at, live) {
    const holder = make(root, "div", { class: "xf-foot" }), details = make(holder, "details");
    make(details, "summary", {}, "Numbers of this figure");
    const button = make(details, "button", { type: "button" }, live ? "Download as CSV" : "Download all as CSV");
    const table = make(details, "div", { class: "xf-table", tabindex: "0", role: "region", "aria-label": "Numbers of this figure" });
    const all = (now) => X.open(now.data, now.frame).flatMap((m) => X.rows(now.data, m));
    const fill = () => {
      if (!details.open || !current()) return;
      const shown = all(current()), keep = X.COLUMNS.filter((c) => (c !== "panel" || data.axes.length > 1) && shown.some((r) => (r[c] ?? null) !== null));
      const cell = (v) => (v === null || v === undefined ? "–" : typeof v === "number" ? X.number(v) : X.rich(v));
      table.innerHTML = `<table><thead><tr>${keep.map((c) => `<th scope="col">${c.replace("_", " ")}</th>`).join("")}</tr></thead><tbody>${shown.slice(0, 2000).map((r) => `<tr>${keep.map((c) => `<td>${cell(r[c])}</td>`).join("")}</tr>`).join("")}</tbody></table>`;
    };
    details.addEventListener("toggle", fill);
    button.addEventListener("click", () => {
      const cell = (v) => (v === null || v === undefined ? "" : typeof v === "number" ? v : `"${String(v).replace(/"/g, '""')}"`);
      const lines = [[...data.parameters.map((p) => p.name), ...X.COLUMNS].map(cell).join()];
      const write = (now, values) => { for (const r of all(now)) lines.push([...values, ...X.COLUMNS.map((c) => r[c])].map(cell).join()); };
      if (live) write(current(), data.parameters.map((p, k) => p.values[at[k]]));
      else data.frames.forEach((frame, index) => {
        let rest = index;
        const values = [...data.parameters].reverse().map((p) => { const n = p.values.length, v = p.values[rest % n]; rest = Math.floor(rest / n); return v; }).reverse();
        write({ data, frame }, values);
      });
      const url = URL.createObjectURL(new Blob([lines.join("\n") + "\n"], { type: "text/csv" }));
      make(null, "a", { href: url, download: data.name + ".csv" }).click();
      setTimeout(() => URL.revokeObjectURL(url), 1000);
    });
    if (data.kind === "pictures") details.hidden = true;
    if (!live) {
      const copy = make(holder, "button", { type: "button", class: "xf-copy" }, "Copy link");
      const told = make(holder, "span", { class: "xf-told", role: "status" });
      copy.addEventListener("click", async () => {
        const link = location.href.split("#")[0] + address(data, at);
        try {
          await navigator.clipboard.writeText(link);
          told.textContent = "Link copied";
        } catch {
          told.innerHTML = "";
          make(told, "input", { type: "text", readonly: "", "aria-label": "Link to this state" }).value = link;
          told.firstChild.select();
        }
      });
    }
    return fill;
  }

  // Build a figure into `root`. `ask(at)` wants the state at these places; the answer goes to `show`.
  X.build = (root, data, ask, { live, after } = {}) => {
    const at = data.parameters.map((p) => p.start), words = make(null, "div", { class: "xf-controls" });
    const view = make(null, "div", { class: "xf-panels", role: "img", "aria-label": X.plain(data.alt) });
    const said = make(null, "p", { class: "xf-said", "aria-live": "polite" });
    const tell = () => setters.forEach((set) => set());
    const setters = controls(words, data, at, (k, i) => {
      at[k] = i;
      tell();
      if (!live) history.replaceState(null, "", address(data, at));
      ask(at);
    });
    words.addEventListener("xf-play", (e) => said.setAttribute("aria-live", e.detail ? "off" : "polite"));
    root.append(words, view, said);
    let now = null, before = 0, draw;
    const fill = foot(after || root, data, () => now, at, live);
    if (data.kind === "pictures") {
      const image = make(view, "img", { class: "dark-light", alt: "" });
      draw = (_, frame) => { image.src = "data:image/png;base64," + frame.png; };
    } else draw = X.panels(view, data, { make, measure: measured(root), width: (node) => node.clientWidth || 340 });
    const paint = () => { before = view.clientWidth; draw(now.data, now.frame); };
    new ResizeObserver(() => { if (now && view.clientWidth && view.clientWidth !== before) paint(); }).observe(view);
    const show = (pack, frame) => {
      now = { data: { ...data, ...pack }, frame };
      paint();
      said.innerHTML = X.rich(frame.summary);
      said.hidden = !frame.summary;
      said.removeAttribute("role");
      fill();
    };
    const refuse = (text) => { said.textContent = text; said.hidden = false; said.setAttribute("role", "alert"); };
    tell();
    return { show, refuse, tell, at, ask: () => ask(at) };
  };

  // A figure of a page: its data stand in the page, or in a script beside it that is loaded when they are wanted.
  function given(root, use) {
    const inner = root.querySelector(".xf"), store = inner && inner.querySelector('script[type="application/json"]');
    if (!inner || root.dataset.asked) return;
    root.dataset.asked = "1";
    if (store) return use(inner, JSON.parse(store.textContent));
    const script = make(null, "script", { src: inner.dataset.from });
    script.addEventListener("load", () => attempt(() => use(inner, globalThis.iclnbFigures[root.id])));
    document.head.append(script);
  }
  // Its still picture goes when it starts.
  const start = (root, then) => given(root, (inner, data) => {
    root.dataset.ready = "1";
    const still = inner.querySelector(".xf-still");
    if (data.kind === "pictures") data.frames[data.start].png = still.querySelector("img").src.split(",")[1];
    const index = (at) => at.reduce((k, i, p) => k * data.parameters[p].values.length + i, 0);
    const figure = X.build(inner, data, (at) => figure.show({}, data.frames[index(at)]), { after: root });
    const restore = () => { if (!fromAddress(data, figure.at)) return false; figure.tell(); figure.ask(); return true; };
    if (!restore()) figure.ask();
    still.remove();
    addEventListener("hashchange", restore);
    then();
  });
  // A figure that fails keeps its still picture, and the others start.
  const attempt = (work) => { try { work(); } catch (error) { setTimeout(() => { throw error; }); } };
  const begun = (root, then = () => {}) => attempt(() => start(root, then));
  X.begin = () => {
    const all = [...document.querySelectorAll("figure.iclnb-explore")], everything = () => all.forEach((f) => begun(f));
    const near = new IntersectionObserver((seen) => seen.forEach((s) => { if (s.isIntersecting) { near.unobserve(s.target); begun(s.target); } }), { rootMargin: "900px" });
    all.forEach((f) => near.observe(f));
    addEventListener("beforeprint", everything);
    matchMedia("print").addEventListener("change", (e) => e.matches && everything());
    const arrive = () => {
      const here = parsed(), figure = here && all.find((f) => f.id === here.name);
      if (!figure) return;
      begun(figure, () => figure.scrollIntoView());
      figure.scrollIntoView();
    };
    addEventListener("hashchange", arrive);
    arrive();
  };

  // A figure in a live kernel: one question at a time, the latest place wins.
  X.live = ({ model, el }) => {
    const root = make(el, "figure", { class: "iclnb-explore" });
    make(root, "style").textContent = model.get("css");
    const inner = make(root, "div", { class: "xf" }), data = model.get("figure");
    let asked = null, next = null;
    const ask = (at) => {
      next = [...at];
      if (asked) return;
      [asked, next] = [next, null];
      model.set("at", asked);
      model.save_changes();
    };
    const figure = X.build(inner, data, ask, { live: true });
    make(root, "figcaption", {}, model.get("caption"));
    // JupyterLab would take the arrow keys for itself.
    root.querySelectorAll("input, button, summary, [tabindex]").forEach((n) => n.setAttribute("data-lm-suppress-shortcuts", "true"));
    const answer = () => {
      const said = model.get("answer");
      asked = null;
      if (said.refused) figure.refuse(said.refused); else figure.show(said.pack, said.pack.frames[0]);
      if (next && String(next) !== String(said.at)) ask(next);
      next = null;
    };
    model.on("change:answer", answer);
    requestAnimationFrame(answer);
  };
})();
