// The order of what the search finds: chapters, terms and statements before objects of Python,
// unless the words that are looked for are those of a program.
var Scorer = {
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,

  // result: [page, title, anchor, description, score, file]; what is shown may be changed, too
  score: (result) => {
    const [page, title, anchor, description, score] = result;
    const query = (new URLSearchParams(window.location.search).get("q") || "").trim();
    const program = /[_.()]|[a-z][A-Z]/.test(query);
    if (/^book\/library\//.test(page)) return score + (program ? 1000 : -1000);
    if (page === "book/glossary" && anchor.startsWith("#term-")) {
      result[1] = decodeURIComponent(anchor.slice(6)).replace(/-/g, " ");
      result[3] = "Glossary";
      return score / 2 + 90; // 140 for the term itself, 115 for one of its two words
    }
    if (/^book\/[^/]+\/[^/]+$/.test(page)) {
      const [number, heading] = title.split(" > ");
      if (heading && number.replace(/<[^>]*>/g, "").replace(/^\d+\. /, "") === heading) {
        result[1] = number; // the title of the page itself
        result[2] = "";
        return score + 135;
      }
      const named = title.toLowerCase().includes(query.toLowerCase());
      return score + (!description ? 100 : named ? 95 : 60);
    }
    if (/^book\/(theorems|claims|execution-times)$/.test(page)) return score - 20;
    return score;
  },
};
