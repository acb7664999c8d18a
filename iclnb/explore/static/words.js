// Numbers and the TeX subset _{..} ^{..} as readers see them; the twin of words.py.
(() => {
  "use strict";
  const X = (globalThis.iclnbExplore = globalThis.iclnbExplore || {});
  const UP = { "-": "⁻", "−": "⁻", "+": "⁺", "(": "⁽", ")": "⁾" };
  [..."⁰¹²³⁴⁵⁶⁷⁸⁹"].forEach((c, i) => { UP[i] = c; });

  const raised = (k) => String(k).replace(/[-0-9]/g, (c) => UP[c]);
  const grouped = (text) => text.replace(/^\d{5,}/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, "\u202f"));
  function power(mantissa, k) {
    return (mantissa === "1" ? "" : mantissa + " × ") + "10" + raised(k);
  }

  // A number to so many significant digits: 6100, 0.052, 16 384, 1.6 × 10⁷; whole numbers below a million in full.
  X.number = (value, digits = 4) => {
    if (value === null || value === undefined || Number.isNaN(value)) return "–";
    const size = Math.abs(value), sign = value < 0 ? "−" : "";
    if (size === Infinity) return sign + "∞";
    if (Number.isInteger(size) && size < 1e6) return (size ? sign : "") + grouped(String(size));
    const [head, tail] = size.toExponential(digits - 1).split("e"), k = Number(tail);
    const mantissa = head.includes(".") ? head.replace(/\.?0+$/, "") : head;
    if (k < -3 || k > 3) return sign + power(mantissa, k);
    const fixed = Number(head + "e" + tail).toFixed(Math.max(0, digits - 1 - k));
    return sign + (fixed.includes(".") ? fixed.replace(/\.?0+$/, "") : fixed);
  };
  X.decade = (k) => (k >= -3 && k <= 3 ? String(Number("1e" + k)) : "10" + raised(k));

  const PIECE = /([_^]\{[^{}]*\})/;
  // [kind, content] pairs; kind is "", "_" or "^".
  X.pieces = (text) => String(text).split(PIECE).filter(Boolean).map((p) => (PIECE.test(p) ? [p[0], p.slice(2, -1)] : ["", p]));
  const escape = (text) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
  // A line does not break at an equals sign, nor within a power of ten.
  const bound = (text) => text.replace(/(?<=\S) = (?=\S)/g, "\u00a0=\u00a0").replace(/ × (?=10[⁰¹²³⁴⁵⁶⁷⁸⁹⁻])/g, "\u00a0×\u00a0");
  X.rich = (text) => X.pieces(bound(text)).map(([kind, t]) => (kind ? `<${kind === "_" ? "sub" : "sup"}>${escape(t)}</${kind === "_" ? "sub" : "sup"}>` : escape(t))).join("");

  const SMALL = { _: ["0123456789+−=()aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ"],
    "^": ["0123456789+−=()abcdefghijklmnoprstuvwxyzT", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵀ"] };
  // Text without markup, for screen readers and files: Unicode signs where there are some.
  X.plain = (text) => X.pieces(text).map(([kind, t]) => {
    if (!kind) return t;
    const [from, to] = SMALL[kind].map((s) => [...s]), all = [...t.replace(/-/g, "−")];
    if (all.every((c) => from.includes(c))) return all.map((c) => to[from.indexOf(c)]).join("");
    return kind === "_" ? t : `^(${t})`;
  }).join("");

  // Width of a text in em, from a table of broad letters; a browser measures instead.
  const NARROW = "iljtfr.,:;'|!()[]{}ıI ", WIDE = "mwMW@%—∞×";
  X.guess = (text) => [...text].reduce((sum, c) => sum + (NARROW.includes(c) ? 0.38 : WIDE.includes(c) ? 0.95 : /[A-ZΑ-Ω]/.test(c) ? 0.72 : 0.62), 0);
})();
