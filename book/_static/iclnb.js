// Mends of the theme and of the search; nothing here is needed to read.

// A page that is opened as a file may not read another one: the search then lists without excerpts.
if (location.protocol === "file:" && typeof DOCUMENTATION_OPTIONS !== "undefined") {
  DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
}

// For readers with a screen reader.
document.addEventListener("DOMContentLoaded", () => {
  // The arrows that open a part of the sidebar have no name.
  document.querySelectorAll(".has-children > details > summary").forEach((summary) => {
    const link = summary.closest("li").querySelector("a");
    summary.setAttribute("aria-label", `Pages under ${link ? link.textContent.trim() : "this"}`);
  });
  // The bibliography calls itself a list, its entries do not call themselves items.
  document.querySelectorAll(".citation-list[role=list]").forEach((list) => {
    list.removeAttribute("role");
  });
});

// A formula wider than its column is set smaller, down to three quarters; what still does not fit scrolls, and fades where it goes on.
(() => {
  const LEAST = 0.75, BOX = ".bd-article div.math, .bd-article span.math";
  const ink = (box) => box.querySelector("math").getBoundingClientRect();
  const more = (box) => box.classList.toggle("iclnb-cut", ink(box).right > box.getBoundingClientRect().right + 2);
  // All that is asked of the layout comes before all that changes it.
  const fit = (boxes) => {
    const formulas = boxes.filter((box) => box.querySelector("math") && box.clientWidth);
    formulas.forEach((box) => { box.querySelector("math").style.fontSize = ""; });
    const sizes = formulas.map((box) => {
      const style = getComputedStyle(box), edges = parseFloat(style.paddingLeft) + parseFloat(style.paddingRight);
      const wide = Math.max(ink(box).width, box.scrollWidth - edges), room = box.clientWidth - edges;
      if (box.scrollWidth <= box.clientWidth) return null;
      return parseFloat(getComputedStyle(box.querySelector("math")).fontSize) * Math.max(LEAST, (room - 1) / wide);
    });
    formulas.forEach((box, i) => { if (sizes[i]) box.querySelector("math").style.fontSize = `${sizes[i].toFixed(2)}px`; });
    const cut = formulas.map((box) => box.scrollWidth > box.clientWidth);
    formulas.forEach((box, i) => {
      if (cut[i] && !box.hasAttribute("tabindex")) {
        box.tabIndex = 0; // to be scrolled by keyboard
        box.addEventListener("scroll", () => more(box), { passive: true });
      } else if (!cut[i]) box.removeAttribute("tabindex");
      if (cut[i]) more(box);
      else box.classList.remove("iclnb-cut");
    });
  };
  const start = () => {
    // What is folded is seen when it is opened.
    const seen = new IntersectionObserver(
      (all) => fit(all.filter((one) => one.isIntersecting).map((one) => one.target)), { rootMargin: "1000000px" });
    const watch = () => document.querySelectorAll(BOX).forEach((box) => { seen.unobserve(box); seen.observe(box); });
    watch();
    let width = innerWidth, timer = null;
    addEventListener("resize", () => {
      if (innerWidth === width) return;
      width = innerWidth;
      clearTimeout(timer);
      timer = setTimeout(watch, 120);
    });
  };
  addEventListener("load", () => document.fonts.ready.then(start));
})();
