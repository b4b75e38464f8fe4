// The search of an exported site: what counts as the same character, what differs by one, how characters
// are read. As `src/domain/search/` has it (fold, near, sounds); a test asks both the same.
(() => {
  "use strict";
  const { sounds, folds } = window.onecode.characters;

  // fold.rs
  const isHan = c => /^[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]$/.test(c);
  const isLetter = c => c !== undefined && /^[\p{Alphabetic}\p{N}]$/u.test(c) && !isHan(c);
  const foldChar = c => {
    if (isHan(c)) return c;
    const code = c.charCodeAt(0);
    const half = code === 0x3000 ? " "
      : code >= 0xff01 && code <= 0xff5e ? String.fromCharCode(code - 0xfee0) : c;
    const lower = half.toLowerCase();
    return lower.length === 1 ? lower : half;
  };
  const fold = text => text.split("").map(foldChar).join("");
  const changed = new Map();
  for (let at = 0; at < folds.length; at += 2) changed.set(folds[at], folds[at + 1]);
  const foldQuery = text => fold(text.split("").map(c => changed.get(c) || c).join(""));

  // near.rs
  const differsByOne = (a, b) => {
    if (a.length > 2 && b.length > 2 && a[0] !== b[0] && a[a.length - 1] !== b[b.length - 1]) return false;
    let same = 0;
    while (same < a.length && same < b.length && a[same] === b[same]) same += 1;
    a = a.slice(same);
    b = b.slice(same);
    if (!a.length || !b.length) return a.length + b.length === 1;
    const swapped = a.length > 1 && b.length > 1 && a[0] === b[1] && a[1] === b[0] && a.slice(2) === b.slice(2);
    return swapped || a.slice(1) === b.slice(1) || a.slice(1) === b || b.slice(1) === a;
  };

  // sounds.rs
  const readings = new Map();
  for (const syllable of Object.keys(sounds).sort()) {
    for (const c of sounds[syllable]) {
      if (!readings.has(c)) readings.set(c, []);
      readings.get(c).push(syllable);
    }
  }
  const read = c => readings.get(c) || [];
  const MOST_LETTERS = 30; // they are kept as bits
  class Typed {
    constructor(letters, manner) {
      this.typed = letters.slice(0, MOST_LETTERS);
      this.manner = manner;
      this.steps = new Map();
    }

    step(syllable) {
      if (this.steps.has(syllable)) return this.steps.get(syllable);
      const step = { length: syllable.length, whole: 0, initial: [0, 0], unfinished: 0, wrong: [0, 0, 0] };
      for (let at = 0; at < this.typed.length; at += 1) {
        const rest = this.typed.slice(at), bit = 1 << at;
        if (rest.startsWith(syllable)) step.whole |= bit;
        if (rest[0] === syllable[0]) step.initial[0] |= bit;
        if (syllable[1] === "h" && rest.startsWith(syllable.slice(0, 2))) step.initial[1] |= bit;
        if (rest.length < syllable.length && syllable.startsWith(rest)) step.unfinished |= bit;
        if (this.manner === "mistyped" && syllable.length > 1) {
          for (let more = 0; more < 3; more += 1) {
            const length = syllable.length + more - 1;
            if (rest.length >= length && differsByOne(syllable, rest.slice(0, length))) step.wrong[more] |= bit;
          }
        }
      }
      this.steps.set(syllable, step);
      return step;
    }

    // [right, wrong] after one more character, and whether all letters are used up.
    advance(c, right, wrong) {
      let next = 0, nextWrong = 0, isEnd = false;
      for (const syllable of read(c)) {
        const step = this.step(syllable);
        next |= (right & step.whole) << step.length;
        isEnd = isEnd || ((right | wrong) & step.unfinished) !== 0;
        if (this.manner === "initials") {
          next |= (right & step.initial[0]) << 1 | (right & step.initial[1]) << 2;
        } else if (this.manner === "mistyped") {
          nextWrong |= (wrong & step.whole) << step.length;
          step.wrong.forEach((places, more) => { nextWrong |= (right & places) << (step.length + more - 1); });
        }
      }
      return [next, nextWrong, isEnd || ((next | nextWrong) >>> this.typed.length & 1) === 1];
    }

    // Where the part begins and ends that was typed, and whether its last syllable is finished.
    partOf(name) {
      for (let start = 0; start < name.length; start += 1) {
        let right = 1, wrong = 0, isEnd = false;
        for (let at = start; at < name.length; at += 1) {
          [right, wrong, isEnd] = this.advance(name[at], right, wrong);
          if (isEnd) return [start, at + 1, ((right | wrong) >>> this.typed.length & 1) === 1];
          if ((right | wrong) === 0) break;
        }
      }
      return null;
    }
  }

  Object.assign(window.onecode, { isHan, isLetter, fold, foldQuery, differsByOne, read, Typed });
})();
