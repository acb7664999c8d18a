// Evidence: a link to a card opens it, and one switch opens all, also on the next page.

(() => {
  const KEY = "iclnb-evidence";
  const remembered = () => {
    try { return localStorage.getItem(KEY) === "open"; } catch { return false; }
  };
  const remember = (open) => {
    try { localStorage.setItem(KEY, open ? "open" : "folded"); } catch { /* not kept, then */ }
  };

  // Open what an address names: a card, or something inside one.
  const reveal = () => {
    if (location.hash.length < 2) return;
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const fold = target && target.closest("details.iclnb-evidence");
    if (!fold) return;
    fold.open = true;
    target.scrollIntoView();
  };

  // A table that is sorted by the column whose heading is pressed; again, the other way.
  const sortable = (table) => {
    const body = table.tBodies[0];
    [...table.tHead.rows[0].cells].forEach((heading, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...heading.childNodes);
      heading.append(button);
      button.addEventListener("click", () => {
        const down = heading.getAttribute("aria-sort") === "ascending";
        [...heading.parentNode.cells].forEach((other) => other.removeAttribute("aria-sort"));
        heading.setAttribute("aria-sort", down ? "descending" : "ascending");
        const key = (row) => row.cells[column].dataset.order;
        const number = [...body.rows].every((row) => !Number.isNaN(Number(key(row))));
        const compare = number
          ? (a, b) => Number(key(a)) - Number(key(b))
          : (a, b) => key(a).localeCompare(key(b));
        const rows = [...body.rows].sort(compare);
        body.append(...(down ? rows.reverse() : rows));
      });
    });
  };

  const start = () => {
    document.querySelectorAll("table.iclnb-sortable").forEach(sortable);
    const folds = [...document.querySelectorAll("details.iclnb-evidence")];
    const heading = document.querySelector(".bd-article h1");
    if (folds.length && heading) {
      const place = document.createElement("div");
      place.className = "iclnb-evidence-switch";
      const button = document.createElement("button");
      button.type = "button";
      button.setAttribute("role", "switch");
      button.textContent = "Show all evidence";
      button.title = "Open the code and the card under every statement; kept for the next page";
      const set = (open) => {
        button.setAttribute("aria-checked", String(open));
        folds.forEach((fold) => { fold.open = open; });
      };
      button.addEventListener("click", () => {
        const open = button.getAttribute("aria-checked") !== "true";
        const top = button.getBoundingClientRect().top;
        set(open);
        remember(open);
        window.scrollBy(0, button.getBoundingClientRect().top - top);
      });
      place.append(button);
      heading.after(place);
      set(remembered());
    }
    reveal();
    window.addEventListener("hashchange", reveal);
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
