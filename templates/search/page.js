// The search of an exported site: what is shown. As `src/domain/search/shown.rs` and `templates/search.html`
// have it. Without this script the page lists everything there is.
(() => {
  "use strict";
  const place = document.getElementById("found");
  const box = document.querySelector(".find input[name=q]");
  const { characters, fold, isAt, isHan, isLetter, Index } = window.onecode;
  const SHOWN = 56, BEFORE = 18;
  const say = name => place.querySelector(`[data-say="${name}"]`).textContent;

  // shown.rs
  const first = (text, needles) => {
    for (let at = 0; at < text.length; at += 1) if (needles.some(needle => isAt(needle, at, text))) return at;
    return null;
  };
  const marks = (text, start, end, needles) => {
    const list = new Array(end - start).fill(false);
    for (let at = start; at < end; at += 1) {
      for (const needle of needles) {
        if (isAt(needle, at, text)) list.fill(true, at - start, Math.min(at - start + needle.text.length, list.length));
      }
    }
    return list;
  };
  const room = (text, from, wanted, step) => {
    let at = from, left = wanted * 2;
    for (;;) {
      const c = text[step < 0 ? at - 1 : at];
      const takes = c !== undefined && c <= "\x7f" ? 1 : 2;
      if (c === undefined || left < takes) return at;
      left -= takes;
      at += step;
    }
  };
  const pieces = (text, list) => {
    const found = [];
    text.split("").forEach((c, at) => {
      if (at && list[at] === list[at - 1]) found[found.length - 1].text += c;
      else found.push({ text: c, mark: list[at] });
    });
    return found;
  };
  const excerpt = (text, folded, from, needles) => {
    const earliest = room(folded, from, BEFORE, -1);
    let sentence = from - 1;
    while (sentence >= earliest && !"。!?;.".includes(folded[sentence])) sentence -= 1;
    const begins = sentence >= earliest;
    let start = begins ? sentence + 1 : earliest;
    let end = room(folded, start, SHOWN, 1);
    const cuts = at => at > 0 && at < folded.length && isLetter(folded[at - 1]) && isLetter(folded[at]);
    while (start < from && cuts(start)) start += 1;
    while (end > from + 1 && cuts(end)) end -= 1;
    const found = pieces(text.slice(start, end), marks(folded, start, end, needles));
    if (found.length && !found[0].mark) found[0].text = found[0].text.trimStart();
    if (start > 0 && !begins) found.unshift({ text: "…", mark: false });
    if (end < folded.length) found.push({ text: "…", mark: false });
    return found;
  };

  // What is shown of an item; `told` has its texts as this page writes them.
  const hit = (item, told, needles) => {
    const [about, text] = [fold(item.about), fold(item.text)];
    const name = item.isSection ? [told[1], fold(item.heading)] : [told[0], fold(item.title)];
    const inText = first(text, needles);
    const words = inText !== null || !about
      ? excerpt(told[3], text, inText || 0, needles)
      : excerpt(told[2], about, first(about, needles) || 0, needles);
    return { name: pieces(name[0], marks(name[1], 0, name[1].length, needles)), words };
  };

  const element = (name, inside, attributes = {}) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) if (value) made.setAttribute(key, value);
    for (const part of [].concat(inside)) made.append(part);
    return made;
  };
  const marked = list => list.map(({ text, mark }) => (mark ? element("mark", text) : text));
  const call = () => element("a", "12368", { href: "tel:12368" });
  const { lang } = document.documentElement;
  const spoken = place.dataset.indexes.split(" ")[0];

  const row = (item, told, needles) => {
    const { name, words } = hit(item, told, needles);
    const foreign = item.lang !== spoken;
    const kind = element("span", say(item.kind), { lang: foreign && lang });
    const small = element("small", item.isSection ? [kind, ` · ${told[0]}`] : [kind], { class: "grey" });
    const whole = [small, element("b", marked(name)), element("i", marked(words))];
    return element("li", element("a", element("span", whole, { lang: foreign && item.lang }), { href: item.href }));
  };

  // What stands in the place of the words: the hits, or that there are none.
  const answer = query => {
    const isChinese = query.split("").some(isHan);
    const rows = [], meant = [], seen = new Set();
    for (const name of place.dataset.indexes.split(" ")) {
      const index = new Index(window.onecode[name]);
      const found = index.find(query);
      const needles = found.units.flatMap(unit => unit.needles);
      const shown = name === spoken && window.onecode[place.dataset.shown];
      for (const number of found.hits) {
        const item = index.items[number];
        if (seen.has(item.href)) continue;
        seen.add(item.href);
        const own = shown && shown !== window.onecode[name] ? shown.items[number] : null;
        rows.push(row(item, own || [item.title, item.heading, item.about, item.text], needles));
      }
      meant.push(...found.meant);
      if (rows.length && (!isChinese || name.startsWith("zh"))) break;
    }
    if (rows.length) {
      const count = rows.length === 1 ? say("one") : say("many").replace("{}", rows.length);
      const taken = meant.length ? `${say("meant").replace("{}", meant.join(say("joint")))} ` : "";
      return [
        element("p", taken + count, { class: "in", role: "status" }),
        element("ol", rows, { class: "topics kinds hits" }),
        element("p", [`${say("more")} `, call()], { class: "in" }),
      ];
    }
    return [element("div", [
      element("p", element("b", say("none"))),
      element("p", [`${say("none_more")} `, call()]),
    ], { class: "notice in", role: "status" })];
  };

  const unseen = /[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\u0000-\u0008\u000e-\u001f\u007f-\u009f]/g;
  const asked = (new URLSearchParams(location.search).get("q") || "").replace(unseen, "").trim();
  const query = asked.slice(0, characters.most);
  if (query) {
    box.value = query;
    const parts = answer(query);
    place.after(...parts);
    // Everything there is makes room for what was found.
    for (const other of document.querySelectorAll(".listed")) other.hidden = parts.length > 1;
  }
  window.onecode.answer = answer;
})();
