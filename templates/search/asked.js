// The search of an exported site: what a query asks. As `src/domain/search/asked.rs` has it; a test asks
// both the same.
(() => {
  "use strict";
  const { characters, isHan, isLetter, foldQuery, phrase, word } = window.onecode;
  const { said, edge, english, most } = characters;

  const unit = needles => ({ needles, weight: 1, counts: true });

  class Asked {
    constructor(query, index) {
      const whole = foldQuery(query.slice(0, most));
      this.index = index;
      this.units = [];
      this.meant = [];
      if (index.same.has(whole.trim())) {
        this.units.push(index.unit(whole.trim(), 1));
        return;
      }
      const letters = [];
      let singles = "";
      for (const run of runs(whole)) {
        if (!isHan(run[0])) letters.push(run);
        else if (run.length === 1) singles += run;
        else this.takeHan(run);
      }
      this.takeLetters(letters);
      if (singles.length > 1) this.takeHan(singles); // 退 费
      singles = singles.split("").filter(c => !edge.includes(c));
      if (singles.length === 1 && !this.units.length) this.units.push(unit([phrase(singles[0], 1)]));
    }

    takeHan(run) {
      const before = this.units.length;
      for (const part of withoutPhrases(run)) this.takePart(part);
      if (this.units.length !== before + 1 && this.index.holds(run)) {
        const counts = this.units.length === before;
        this.units.push({ needles: [phrase(run, 1)], weight: Math.fround(0.6), counts });
      }
    }

    takePart(part) {
      const { same, longest } = this.index;
      let gap = 0, at = 0;
      while (at < part.length) {
        let length = Math.min(part.length - at, longest);
        while (length > 1 && !same.has(part.slice(at, at + length))) length -= 1;
        if (length < 2) {
          at += 1;
          continue;
        }
        this.takeGap(part.slice(gap, at));
        this.units.push(this.index.unit(part.slice(at, at + length), 1));
        at += length;
        gap = at;
      }
      this.takeGap(part.slice(gap));
    }

    takeGap(gap) {
      const { index } = this;
      if (!(gap.length > 1 && index.holds(gap))) gap = trimmed(gap);
      if (gap.length < 2) return;
      if (index.holds(gap)) {
        this.units.push(unit([phrase(gap, 1)]));
        return;
      }
      const found = phrases(gap, index);
      const covered = found.reduce((sum, part) => sum + part.length, 0);
      const takePhrases = () => this.units.push(...found.map(part => unit([phrase(part, 1)])));
      if (covered === gap.length) {
        takePhrases();
        return;
      }
      const guesses = index.byLook(gap);
      if (guesses.length) {
        this.takeGuesses(guesses);
        return;
      }
      const near = gap.length > 3 ? index.phrasesNear(gap) : [];
      if (near.length) {
        this.mean(near);
        this.units.push(unit(near.map(part => phrase(part, 0.7))));
        return;
      }
      if (found.length > 1 || covered * 2 > gap.length) takePhrases();
    }

    takeLetters(typed) {
      const words = typed.map(text => text.replace(/ü/g, "v"));
      const allLetters = text => /^[a-z]*$/i.test(text);
      if (words.length > 1 && words.every(allLetters)) {
        const guesses = this.index.bySound(words.join(""), "spelled");
        if (guesses.length) {
          this.takeGuesses(guesses);
          return;
        }
      }
      const onlySuch = words.every(text => english.includes(text));
      for (const text of words) {
        if (onlySuch || !english.includes(text)) this.takeWord(text, allLetters(text));
      }
    }

    takeWord(text, allLetters) {
      const { index } = this;
      let needles = index.same.has(text) ? index.unit(text, 1).needles : index.wordsLike(text);
      const bySound = manner => (allLetters && text.length > 1 ? index.bySound(text, manner) : []);
      for (const manner of text.length === 2 ? ["initials", "spelled"] : ["spelled", "initials"]) {
        const guesses = needles.length ? [] : bySound(manner);
        if (guesses.length) {
          this.takeGuesses(guesses);
          return;
        }
      }
      if (!needles.length && text.length > 2) needles = index.wordsFrom(text);
      if (!needles.length && text.length > 3) {
        const guesses = text.length > 4 ? bySound("mistyped") : [];
        if (guesses.length) {
          this.takeGuesses(guesses);
          return;
        }
        const near = index.wordsNear(text);
        needles = near.map(known => word(known, 0.7));
        this.mean(near);
      }
      if (needles.length) this.units.push(unit(needles));
    }

    takeGuesses(guesses) {
      this.units.push(unit(guesses.flatMap(({ text, weight }) => this.index.unit(text, weight).needles)));
      this.mean(guesses.map(({ text }) => text));
    }

    mean(words) {
      for (const text of words.slice(0, 3)) if (!this.meant.includes(text)) this.meant.push(text);
    }
  }

  const runs = text => {
    const kind = c => (isHan(c) ? 2 : isLetter(c) ? 1 : 0);
    const found = [];
    let last = 0;
    for (const c of text) {
      if (kind(c) && kind(c) === last) found[found.length - 1] += c;
      else if (kind(c)) found.push(c);
      last = kind(c);
    }
    return found;
  };
  const withoutPhrases = run => {
    const parts = [];
    let start = 0, at = 0;
    while (at < run.length) {
      const lengths = said.filter(text => run.startsWith(text, at)).map(text => text.length);
      if (lengths.length) {
        parts.push(run.slice(start, at));
        at += Math.max(...lengths);
        start = at;
      } else {
        at += 1;
      }
    }
    parts.push(run.slice(start));
    return parts.filter(part => part);
  };
  const trimmed = gap => {
    while (gap && edge.includes(gap[0])) gap = gap.slice(1);
    while (gap && edge.includes(gap[gap.length - 1])) gap = gap.slice(0, -1);
    return gap;
  };
  const phrases = (gap, index) => {
    const found = [];
    let at = 0;
    while (at + 1 < gap.length) {
      let length = 1;
      while (at + length + 1 <= gap.length && index.holds(gap.slice(at, at + length + 1))) length += 1;
      if (length > 1) {
        found.push(gap.slice(at, at + length));
        at += length;
      } else {
        at += 1;
      }
    }
    return found;
  };

  Object.assign(window.onecode, { Asked, unit });
})();
