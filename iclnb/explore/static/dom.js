// As much of a document as Plot draws with, for the picture at build: elements, attributes, text.
(() => {
  "use strict";
  const VOID = new Set(["path", "line", "rect", "circle"]);
  const escape = (text) => String(text).replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
  const short = (text) => text.replace(/\d+\.\d{3,}/g, (n) => String(Number(Number(n).toFixed(2))));
  class Node {
    constructor(document) { this.ownerDocument = document; this.parentNode = null; this.childNodes = []; }
    get firstChild() { return this.childNodes[0] ?? null; }
    get lastChild() { return this.childNodes[this.childNodes.length - 1] ?? null; }
    get nextSibling() { const all = this.parentNode ? this.parentNode.childNodes : []; return all[all.indexOf(this) + 1] ?? null; }
    insertBefore(node, before) {
      if (node.parentNode) node.remove();
      const at = before ? this.childNodes.indexOf(before) : this.childNodes.length;
      this.childNodes.splice(at, 0, node);
      node.parentNode = this;
      return node;
    }
    appendChild(node) { return this.insertBefore(node, null); }
    append(...all) { for (const n of all) this.appendChild(n instanceof Node ? n : this.ownerDocument.createTextNode(n)); }
    replaceChildren(...all) { this.childNodes = []; this.append(...all); }
    removeChild(node) { node.remove(); return node; }
    remove() { const all = this.parentNode.childNodes; all.splice(all.indexOf(this), 1); this.parentNode = null; }
    get textContent() { return this.childNodes.map((n) => n.textContent).join(""); }
    set textContent(text) { this.replaceChildren(...(text === null || text === "" ? [] : [String(text)])); }
    addEventListener() {}
    removeEventListener() {}
    dispatchEvent() { return true; }
  }
  class Text extends Node {
    constructor(document, text) { super(document); this.data = text; }
    get textContent() { return this.data; }
    get outerHTML() { return escape(this.data); }
  }
  class Element extends Node {
    constructor(document, name, space) {
      super(document);
      Object.assign(this, { tagName: name, nodeName: name, namespaceURI: space, attributes: new Map(), html: null });
      this.style = { setProperty: (k, v) => { this.style[k] = v; }, removeProperty() {}, getPropertyValue: (k) => this.style[k] ?? "" };
    }
    setAttribute(name, value) { this.attributes.set(name, String(value)); }
    setAttributeNS(_, name, value) { this.setAttribute(name, value); }
    getAttribute(name) { return this.attributes.get(name) ?? null; }
    hasAttribute(name) { return this.attributes.has(name); }
    removeAttribute(name) { this.attributes.delete(name); }
    querySelector() { return null; }
    querySelectorAll() { return []; }
    set innerHTML(text) { this.html = text; }
    get innerHTML() { return this.html ?? this.childNodes.map((n) => n.outerHTML).join(""); }
    get outerHTML() {
      const style = Object.entries(this.style).filter(([, v]) => typeof v === "string").map(([k, v]) => `${k.replace(/[A-Z]/g, (c) => "-" + c.toLowerCase())}:${v}`).join(";");
      const all = [...this.attributes, ...(style ? [["style", style]] : [])].map(([k, v]) => ` ${k}="${escape(short(v))}"`).join("");
      const inner = this.innerHTML;
      return `<${this.tagName}${all}` + (inner || !VOID.has(this.tagName) ? `>${inner}</${this.tagName}>` : "/>");
    }
  }
  const document = {
    createElement: (name) => new Element(document, name, "http://www.w3.org/1999/xhtml"),
    createElementNS: (space, name) => new Element(document, name, space),
    createTextNode: (text) => new Text(document, String(text)),
  };
  document.documentElement = document.createElement("html");
  Object.assign(globalThis, { document, window: globalThis, self: globalThis, Node, Element });
  document.defaultView = globalThis;
})();
