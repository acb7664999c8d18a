// Mends of the theme's markup for readers with a screen reader; nothing here is needed to read.
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
