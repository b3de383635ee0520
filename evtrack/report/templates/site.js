"use strict";
// The page is whole without this script: it searches, filters, sorts, remembers the language, and opens what is folded for print.
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  const all = (what, where = document) => [...where.querySelectorAll(what)];
  const one = (what) => document.querySelector(what);
  const kept = {
    get(name) { try { return localStorage.getItem("evtrack." + name); } catch { return null; } },
    set(name, value) { try { localStorage.setItem("evtrack." + name, value); } catch { /* a file may have no storage */ } },
  };

  function choices(name, told) {
    const radios = all(`input[name="${name}"]`);
    const before = radios.find((r) => r.value === kept.get(name));
    if (before) before.checked = true;
    for (const radio of radios) {
      radio.addEventListener("change", () => { kept.set(name, radio.value); told(radio.value); });
    }
    told((radios.find((r) => r.checked) || radios[0]).value);
  }

  function speak(first) {
    return (shown) => {
      const lang = shown === "both" ? first : shown;
      root.lang = lang;
      document.title = one("title").dataset[lang];
      for (const svg of all("svg[data-name]")) {
        svg.setAttribute("aria-labelledby", `${svg.dataset.name}-title-${lang}`);
        svg.setAttribute("aria-describedby", `${svg.dataset.name}-desc-${lang}`);
      }
    };
  }

  // Full and half width, upper and lower case, hiragana and katakana are the same to who searches.
  const even = (text) => text.normalize("NFKC").toLowerCase()
    .replace(/[\u3041-\u3096]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0x60));

  function list() {
    const claims = all("li.claim");
    if (!claims.length) return;
    const box = one("ol.claims"), field = one("#find"), clear = one("#clear");
    const text = new Map(claims.map((c) => [c, even(c.dataset.find)]));
    const pressed = () => all("[data-filter][aria-pressed=true]");
    function show() {
      const words = even(field.value).split(/\s+/).filter(Boolean);
      const wanted = new Map();
      for (const b of pressed()) wanted.set(b.dataset.filter, [...(wanted.get(b.dataset.filter) || []), b.dataset.value]);
      let n = 0;
      for (const claim of claims) {
        const fits = words.every((w) => text.get(claim).includes(w)) &&
          [...wanted].every(([name, values]) => values.some((v) => claim.dataset[name].split(" ").includes(v)));
        claim.hidden = !fits;
        n += fits;
      }
      one("#found .n").textContent = n;
      one("#nothing").hidden = n > 0;
      clear.hidden = !words.length && !wanted.size;
    }
    const name = (c) => {
      const lang = root.lang === "en" ? "en" : "ja";
      const link = c.querySelector(".claim-link");
      return (link.querySelector(`[lang=${lang}]`) || link).textContent;
    };
    const orders = {
      article: () => 0,
      level: (a, b) => b.dataset.rank - a.dataset.rank,
      review: (a, b) => b.dataset.review - a.dataset.review,
      changed: (a, b) => b.dataset.changed - a.dataset.changed,
      statement: (a, b) => name(a).localeCompare(name(b), root.lang),
    };
    for (const b of all("[data-filter]")) {
      b.addEventListener("click", () => {
        b.setAttribute("aria-pressed", String(b.getAttribute("aria-pressed") !== "true"));
        show();
      });
    }
    for (const b of all("[data-sort]")) {
      b.addEventListener("click", () => {
        for (const other of all("[data-sort]")) other.setAttribute("aria-pressed", String(other === b));
        const sorted = [...claims].sort((x, y) => orders[b.dataset.sort](x, y) || x.dataset.order - y.dataset.order);
        box.append(...sorted);
      });
    }
    for (const group of all("[role=group]")) {
      group.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
        const buttons = all("button", group), at = buttons.indexOf(document.activeElement);
        if (!step || at < 0) return;
        event.preventDefault();
        buttons[(at + step + buttons.length) % buttons.length].focus();
      });
    }
    field.addEventListener("input", show);
    clear.addEventListener("click", () => {
      field.value = "";
      for (const b of pressed()) b.setAttribute("aria-pressed", "false");
      show();
      field.focus();
    });
    if (matchMedia("(max-width: 43.99rem)").matches) one("details.filters").open = false;
    show();
  }

  function go() {
    const id = decodeURIComponent(location.hash.slice(1));
    const there = id ? document.getElementById(id) : null;
    if (document.body.classList.contains("single") && id !== "main") {
      const claim = there && there.closest("article.evidence");
      root.classList.toggle("at-claim", Boolean(claim));
      root.classList.toggle("at-list", !claim);
      for (const article of all("article.evidence")) article.classList.toggle("here", article === claim);
      if (there) there.scrollIntoView();
      const heading = there && (there === claim ? one(`#${CSS.escape(id)}-title`) : there.id === "index" ? one("#index-title") : null);
      if (heading) { heading.focus({ preventScroll: true }); scrollTo(0, 0); }
    }
    for (let at = there; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
  }

  document.addEventListener("click", (event) => {
    const dot = event.target.closest("[data-to]");
    if (dot) location.hash = dot.dataset.to;
  });
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = all("details:not([open])");
    for (const d of opened) d.open = true;
  });
  addEventListener("afterprint", () => { for (const d of opened) d.open = false; });
  addEventListener("hashchange", go);
  document.addEventListener("DOMContentLoaded", () => {
    choices("show", speak(root.lang));
    choices("theme", () => {});
    list();
    go();
  });
})();
