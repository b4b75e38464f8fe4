// The search of an exported site: where texts hold a phrase, and what things are called. As
// `src/domain/search/` has it (grams, names, and the index itself); a test asks both the same.
(() => {
  "use strict";
  const { isHan, isLetter, fold, differsByOne, read, Typed } = window.onecode;
  const MOST = 12, MOST_OF_A_PAGE = 3, TAIL = Math.fround(0.05);
  // The service reckons with 32 bits: what is as good there has to be as good here.
  const f = Math.fround;

  // grams.rs
  const phrase = (text, weight) => ({ text, isWord: false, weight: f(weight) });
  const word = (text, weight) => ({ text, isWord: true, weight: f(weight) });
  const isAt = (needle, at, text) => text.startsWith(needle.text, at)
    && !(needle.isWord && (isLetter(text[at - 1]) || isLetter(text[at + needle.text.length])));
  const isPart = c => isHan(c) || isLetter(c);
  const isPair = (a, b) => isPart(a) && isPart(b) && (isHan(a) || isHan(b));
  const pairsOf = text => {
    const pairs = [];
    for (let at = 0; at + 1 < text.length; at += 1) if (isPair(text[at], text[at + 1])) pairs.push(at);
    return pairs;
  };
  const stem = text => {
    for (const ending of ["ing", "ied", "ies", "ed", "es", "s", "y", "e"]) {
      const rest = text.slice(0, -ending.length);
      if (text.endsWith(ending) && rest.length > 2 && !(ending === "s" && rest.endsWith("s"))) return rest;
    }
    return text;
  };

  class Index {
    constructor({ items, same, units }) {
      this.items = items.map(([page, title, heading, about, text, href, kind, lang]) => {
        const parts = [title, heading, about];
        const ends = parts.map((_, at) => parts.slice(0, at + 1).join("\n").length);
        return { page, title, heading, about, text, href, kind, lang, ends,
          folded: fold([...parts, text].join("\n")), isSection: heading !== "" };
      });
      this.same = new Map(Object.entries(same));
      this.longest = Math.max(0, ...[...this.same.keys()].map(key => key.length));
      this.words = new Map();
      this.items.forEach((item, number) => {
        for (const run of item.folded.matchAll(/[\p{Alphabetic}\p{N}]+/gu)) {
          let at = run.index;
          for (const part of run[0].split(/([\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+)/)) {
            if (part && !isHan(part[0])) {
              if (!this.words.has(part)) this.words.set(part, []);
              this.words.get(part).push([number, at]);
            }
            at += part.length;
          }
        }
      });
      this.sorted = [...this.words.keys()].sort();
      this.stems = new Map();
      for (const known of this.sorted) {
        const key = stem(known);
        if (!this.stems.has(key)) this.stems.set(key, []);
        this.stems.get(key).push(known);
      }
      const names = new Set();
      const titles = this.items.flatMap(item => [item.title, item.heading]);
      for (const text of [...titles, ...this.same.keys()]) {
        for (const run of fold(text).split(/[^\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+/)) {
          if (run.length > 1) names.add(run);
        }
      }
      this.units = new Set(units.match(/../g));
      // A name that is but a word of the texts' is marked.
      this.names = [...new Set([...names, ...this.units])].sort();
      this.isOnlyUnit = name => this.units.has(name) && !names.has(name);
    }

    // Every place of a text, whatever stands around it.
    all(text) {
      const places = [];
      this.items.forEach((item, number) => {
        for (let at = item.folded.indexOf(text); at >= 0; at = item.folded.indexOf(text, at + 1)) {
          places.push([number, at]);
        }
      });
      return places;
    }

    places(needle) {
      if (needle.isWord) {
        const first = needle.text.split(" ")[0], places = this.words.get(first) || [];
        if (first === needle.text) return places;
        return places.filter(([number, at]) => isAt(needle, at, this.items[number].folded));
      }
      if (needle.text.length === 1) {
        const all = this.all(needle.text);
        const inNames = all.filter(([number, at]) => at < this.items[number].ends[2]);
        return inNames.length ? inNames : all;
      }
      return pairsOf(needle.text).length ? this.all(needle.text) : [];
    }

    candidates(text) {
      let best = null;
      for (const offset of pairsOf(text)) {
        const places = this.all(text.slice(offset, offset + 2));
        if (!best || places.length < best.places.length) best = { offset, places };
      }
      if (!best) return [];
      const moved = best.places.map(([number, at]) => [number, at - best.offset]);
      return moved.filter(([, at]) => at >= 0);
    }

    holds(text) {
      return pairsOf(text).length > 0 && this.items.some(item => item.folded.includes(text));
    }

    worth(item, needle, places) {
      const [title, heading, about] = item.ends;
      let inTitle = false, inHeading = false, inAbout = false, inText = 0;
      for (const at of places) {
        if (at < title) inTitle = true;
        else if (at < heading) inHeading = true;
        else if (at < about) inAbout = true;
        else inText += 1;
      }
      const fit = (isThere, whole, length) => isThere
        ? f(whole * f(0.5 + f(0.5 * f(needle.text.length / Math.max(length, 1))))) : 0;
      const text = inText > 0 ? f(f(0.7) + f(f(0.3) * Math.min(inText, 5))) : 0;
      const own = f(f(fit(inHeading, 7, heading - title) + (inAbout ? 4 : 0)) + text);
      return item.isSection
        ? [f(own * needle.weight), f(fit(inTitle, 3, title) * needle.weight)]
        : [f(f(own + fit(inTitle, 10, title)) * needle.weight), 0];
    }

    matched(needles) {
      const best = new Map();
      for (const needle of needles) {
        const ofItem = new Map();
        for (const [number, at] of this.places(needle)) {
          if (!ofItem.has(number)) ofItem.set(number, []);
          ofItem.get(number).push(at);
        }
        for (const [number, places] of ofItem) {
          const worth = this.worth(this.items[number], needle, places);
          const known = best.get(number) || [0, 0];
          if (f(worth[0] + worth[1]) > f(known[0] + known[1])) best.set(number, worth);
        }
      }
      return [...best].filter(([, [own, title]]) => own + title > 0).sort((a, b) => a[0] - b[0]);
    }

    wordsLike(typed) {
      return (this.stems.get(stem(typed)) || []).map(known => word(known, known === typed ? 1 : 0.9));
    }

    wordsFrom(start) {
      const longer = this.sorted.filter(known => known >= start && known.startsWith(start));
      return longer.slice(0, 6).map(known => word(known, 0.7));
    }

    wordsNear(typed) {
      const isNear = known => Math.abs(known.length - typed.length) < 2 && differsByOne(typed, known);
      return this.sorted.filter(known => isNear(known) || isNear(stem(known))).slice(0, 3);
    }

    phrasesNear(text) {
      const found = [], half = Math.floor(text.length / 2);
      const [left, right] = [text.slice(0, half), text.slice(half)];
      const lengths = [text.length, text.length - 1, text.length + 1];
      const keep = (whole, start, end) => {
        if (start < 0 || end > whole.length || found.length >= 4) return;
        const part = whole.slice(start, end);
        if (differsByOne(text, part) && part.split("").every(isHan) && !found.includes(part)) found.push(part);
      };
      for (const [number, at] of this.candidates(left).slice(0, 500)) {
        for (const length of lengths) keep(this.items[number].folded, at, at + length);
      }
      for (const [number, at] of this.candidates(right).slice(0, 500)) {
        const end = at + right.length;
        for (const length of lengths) keep(this.items[number].folded, end - length, end);
      }
      return found;
    }

    // names.rs
    bySound(letters, manner) {
      const typed = new Typed(letters, manner);
      let found = [];
      for (const name of this.names) {
        const isUnit = this.isOnlyUnit(name);
        const part = isUnit && manner === "mistyped" ? null : typed.partOf(name);
        if (!part) continue;
        const [start, end, isFinished] = part, isWhole = end - start === name.length;
        const isSure = isUnit || manner === "initials"
          ? isWhole || (!isUnit && (letters.length > 3 || (letters.length > 2 && start === 0)))
          : manner === "spelled" || end - start > 1;
        const begins = start === 0 || this.units.has(name.slice(start, start + 2));
        const fit = end - start === 1 ? 2 : !begins ? 3 : isFinished ? 0 : 1;
        const count = isSure && name.length === 2 ? this.all(name).length : 0;
        if (isSure) found.push({ name, start, end, isWhole, isUnit, fit, count });
      }
      const best = Math.min(...found.map(({ fit }) => fit));
      found = found.filter(({ fit }) => fit === best);
      const most = Math.max(1, ...found.map(({ count }) => count));
      return surest(found.map(({ name, start, end, isWhole, isUnit, count }) => {
        const share = f(Math.sqrt(f(count / most)));
        const whole = name.length > 2 ? 1 : Math.max(f(0.5 + f(0.5 * share)), isUnit ? 0.5 : f(0.8));
        return { text: name.slice(start, end), weight: isWhole ? whole : f(start === 0 ? 0.8 : 0.6) };
      }));
    }

    byLook(text) {
      const alike = (a, b) => read(a).some(syllable => read(b).includes(syllable));
      let guesses = [];
      for (const name of this.names) {
        if (this.isOnlyUnit(name)) continue;
        const parts = length => {
          const list = [];
          for (let at = 0; at + length <= name.length; at += 1) list.push(name.slice(at, at + length));
          return list;
        };
        for (const part of parts(text.length)) {
          if (part.split("").every((c, at) => alike(c, text[at]))) guesses.push({ text: part, weight: f(0.9) });
        }
        const lengths = text.length < 3 ? [] : text.length === 3 ? [3, 4] : [-1, 0, 1].map(n => text.length + n);
        for (const part of lengths.flatMap(parts)) {
          if (differsByOne(text, part)) guesses.push({ text: part, weight: f(part.length >= text.length ? 0.7 : 0.6) });
        }
      }
      const best = Math.max(0, ...guesses.map(guess => guess.weight));
      guesses = guesses.filter(guess => guess.weight >= best);
      return surest(guesses);
    }

    // asked.rs
    unit(text, weight) {
      const ways = [text, ...(this.same.get(text) || [])];
      return window.onecode.unit(ways.flatMap((way, at) => {
        const own = at === 0 ? f(weight) : f(f(weight) * 0.75);
        if (way.split("").some(isHan)) return [phrase(way, own)];
        if (way.includes(" ")) return [word(way, own)];
        return this.wordsLike(way).map(like => word(like.text, f(like.weight * own)));
      }));
    }

    find(query) {
      const asked = new window.onecode.Asked(query, this);
      const sums = this.items.map(() => ({ score: 0, covered: 0, own: false }));
      let whole = 0;
      for (const unit of asked.units) {
        const matched = this.matched(unit.needles);
        if (!matched.length) continue;
        const rarity = f(Math.log(f(1 + f(this.items.length / matched.length))));
        const weight = f(unit.weight * rarity);
        whole = f(whole + (unit.counts ? weight : 0));
        for (const [number, [own, byTitle]] of matched) {
          const sum = sums[number];
          sum.own = sum.own || own > 0;
          sum.score = f(sum.score + f(weight * f(own + byTitle)));
          sum.covered = f(sum.covered + (unit.counts ? weight : 0));
        }
      }
      let scores = [];
      sums.forEach((sum, number) => {
        const share = f(sum.covered / whole);
        if (sum.own) scores.push([f(sum.score * f(share * share)), number]);
      });
      const best = Math.max(0, ...scores.map(([score]) => score));
      scores = scores.filter(([score]) => score > f(best * TAIL));
      scores.sort((a, b) => b[0] - a[0] || a[1] - b[1]);
      const ofPage = new Map(), hits = [];
      for (const [, number] of scores) {
        const { page } = this.items[number], shown = ofPage.get(page) || 0;
        if (hits.length === MOST) break;
        if (shown < MOST_OF_A_PAGE) {
          ofPage.set(page, shown + 1);
          hits.push(number);
        }
      }
      return { hits, units: asked.units, meant: hits.length ? asked.meant : [] };
    }
  }

  const surest = guesses => {
    guesses.sort((a, b) => b.weight - a.weight || (a.text < b.text ? -1 : a.text > b.text ? 1 : 0));
    const seen = new Set();
    return guesses.filter(({ text }) => !seen.has(text) && seen.add(text)).slice(0, 5);
  };

  Object.assign(window.onecode, { Index, phrase, word, isAt });
})();
