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

  // result: [page, title, anchor, description, score, file]; the title may be changed, too
  score: (result) => {
    const [page, , anchor, description, score] = result;
    const query = new URLSearchParams(window.location.search).get("q") || "";
    const program = /[_.()]|[a-z][A-Z]/.test(query);
    if (/^book\/library\//.test(page)) return score + (program ? 1000 : -1000);
    if (page === "book/glossary" && anchor.startsWith("#term-")) {
      result[1] = decodeURIComponent(anchor.slice(6)).replace(/-/g, " ");
      result[3] = "Glossary";
      return score / 2 + 65; // the term itself: 115, a term of two words for one of them: 90
    }
    if (/^book\/[^/]+\/[^/]+$/.test(page)) return score + (description ? 60 : 100);
    if (/^book\/(theorems|claims|execution-times)$/.test(page)) return score - 20;
    return score;
  },
};
