// A link to a statement, a term, a figure or a source shows it: when pointed at, focused or tapped.
// What is shown was written by the page builder, one file for each page, loaded when first wanted.

(() => {
  const ID = "iclnb-hover", WAIT = 200, LEAVE = 250, EDGE = 8;
  const root = new URL(document.documentElement.dataset.content_root || "./", location.href);
  const pages = new Map(); // page -> promise of its snippets
  const waiting = new Map(); // page -> how to keep the promise
  let box, link, timer, touched = false;

  window.iclnbHover = (page, snippets) => waiting.get(page)?.(snippets);

  const load = (page) => {
    if (!pages.has(page)) {
      pages.set(page, new Promise((resolve) => {
        waiting.set(page, resolve);
        const script = document.createElement("script");
        script.src = new URL(`_hover/${page}.js`, root).href;
        script.onerror = () => resolve({});
        document.head.append(script);
      }));
    }
    return pages.get(page);
  };

  // The page and the anchor of a link into the book, or nothing.
  const target = (a) => {
    if (!a || !a.hash || a.matches(".headerlink, [role=doc-backlink]")) return null;
    if (a.origin !== location.origin || !a.pathname.startsWith(root.pathname)) return null;
    const page = decodeURIComponent(a.pathname.slice(root.pathname.length)).replace(/\.html$/, "");
    return { page, anchor: decodeURIComponent(a.hash.slice(1)) };
  };
  const candidate = (node) => {
    const a = node instanceof Element && node.closest(".bd-article a[href]");
    return a && target(a) ? a : null;
  };

  const snippet = async (a) => {
    const { page, anchor } = target(a);
    const html = (await load(page))[anchor];
    return html && html.replaceAll("{root}", root.href);
  };

  const hide = () => {
    clearTimeout(timer);
    if (!box) return;
    link?.removeAttribute("aria-describedby");
    box.remove();
    box = link = null;
  };

  const place = () => {
    const at = link.getClientRects()[0] || link.getBoundingClientRect();
    const { width, height } = box.getBoundingClientRect();
    const room = document.documentElement.clientWidth;
    const left = Math.max(EDGE, Math.min(at.left, room - width - EDGE));
    const below = innerHeight - at.bottom;
    const above = below < height + EDGE && at.top > below;
    box.style.left = `${left + scrollX}px`;
    box.style.top = `${(above ? at.top - height - 4 : at.bottom + 4) + scrollY}px`;
  };

  const show = async (a, hint) => {
    const html = await snippet(a);
    if (!html) return false;
    hide();
    link = a;
    a.removeAttribute("title"); // it would show the same once more
    box = document.createElement("div");
    box.id = ID;
    box.setAttribute("role", "tooltip");
    box.innerHTML = html + (hint ? `<p class="iclnb-hint">${hint}</p>` : "");
    document.body.append(box);
    a.setAttribute("aria-describedby", ID);
    if (box.scrollHeight > box.clientHeight) box.tabIndex = 0; // to be scrolled by keyboard
    box.querySelectorAll(".math").forEach((n) => { if (n.scrollWidth > n.clientWidth) n.tabIndex = 0; });
    place();
    box.classList.add("iclnb-shown");
    return true;
  };

  const later = (act, wait) => { clearTimeout(timer); timer = setTimeout(act, wait); };

  document.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "mouse") return;
    if (box?.contains(event.target)) { clearTimeout(timer); return; }
    const a = candidate(event.target);
    if (a && a === link) clearTimeout(timer);
    else if (a) later(() => show(a), WAIT);
    else if (box) later(hide, LEAVE);
    else clearTimeout(timer);
  });
  document.addEventListener("focusin", (event) => {
    if (box?.contains(event.target)) return;
    const a = candidate(event.target);
    if (a && a.matches(":focus-visible") && !touched) show(a);
    else if (a !== link) hide();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && box) { const a = link; hide(); a?.focus(); }
  });
  // The first tap shows, the second one follows.
  document.addEventListener("pointerdown", (event) => {
    touched = event.pointerType === "touch";
    if (box && !box.contains(event.target) && !link.contains(event.target)) hide();
  });
  document.addEventListener("click", async (event) => {
    const a = candidate(event.target);
    const plain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    if (!a || !touched || !plain) { if (a) hide(); return; }
    if (a === link) { hide(); return; }
    event.preventDefault();
    if (!await show(a, "Tap again to go there.")) location.href = a.href;
  });
  addEventListener("resize", hide);
})();
