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
