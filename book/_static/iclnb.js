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
  const fit = (box) => {
    const formula = box.querySelector("math");
    if (!formula || !box.clientWidth) return;
    formula.style.fontSize = "";
    const wide = ink(box).width, room = box.clientWidth;
    if (wide > room + 2) {
      const size = parseFloat(getComputedStyle(formula).fontSize);
      formula.style.fontSize = `${(size * Math.max(LEAST, (room - 1) / wide)).toFixed(2)}px`;
    }
    const cut = ink(box).width > box.clientWidth + 2;
    if (cut && !box.hasAttribute("tabindex")) {
      box.tabIndex = 0;
      box.addEventListener("scroll", () => more(box), { passive: true });
    } else if (!cut) box.removeAttribute("tabindex");
    more(box);
  };
  const start = () => {
    const seen = new IntersectionObserver((all) => all.forEach((one) => one.isIntersecting && fit(one.target)), { rootMargin: "600px" });
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
