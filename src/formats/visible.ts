/**
 * Corpus text is hostile input: a control or format character can hide words, reorder a line or move a cursor.
 * Nothing of the kind reaches a reader; a mark that says which character stood there does.
 */

/** Longest text a format shows from one field, in UTF-16 code units. */
export const SHOWN_LENGTH = 1200

/**
 * Controls except line feed and tab; soft hyphen; zero-width and word-joiner characters; bidi marks, embeddings,
 * overrides and isolates; line and paragraph separators; interlinear and tag characters; variation selector
 * supplements; lone surrogates; noncharacters. Joiners U+200C and U+200D stay: Persian, Indic scripts and emoji need them.
 */
const HIDDEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\ud800-\udfff\u{1d173}-\u{1d17a}\u{1fffe}\u{1ffff}\u{2fffe}\u{2ffff}\u{3fffe}\u{3ffff}\u{4fffe}\u{4ffff}\u{5fffe}\u{5ffff}\u{6fffe}\u{6ffff}\u{7fffe}\u{7ffff}\u{8fffe}\u{8ffff}\u{9fffe}\u{9ffff}\u{afffe}\u{affff}\u{bfffe}\u{bffff}\u{cfffe}\u{cffff}\u{dfffe}\u{dffff}\u{efffe}\u{effff}\u{ffffe}\u{fffff}\u{10fffe}\u{10ffff}\u{e0000}-\u{e0fff}]/gu

/** Text with every hidden or reordering character shown as `␀` … `␡` or `⟦U+202E⟧`. Length may grow eightfold. */
export function visible(text: string): string {
  return text.replace(/\r\n/g, '\n').replace(HIDDEN, mark)
}

function mark(character: string): string {
  const code = character.codePointAt(0) ?? 0
  if (code < 0x20) return String.fromCharCode(0x2400 + code)
  if (code === 0x7f) return '\u2421'
  return `⟦U+${code.toString(16).toUpperCase().padStart(4, '0')}⟧`
}

/** `visible`, cut to `length` units of the original with a note of how much was left out. Reads no more than it shows. */
export function shown(text: string, length = SHOWN_LENGTH): string {
  if (text.length <= length) return visible(text)
  return `${visible(cut(text, length))}… (${text.length - length} more characters)`
}

/** The first `length` units, never half a surrogate pair. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text
  const last = text.charCodeAt(length - 1)
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length)
}

/** `shown` on one line: line breaks and tabs become marks, so that a value cannot imitate the lines around it. */
export function shownLine(text: string, length = SHOWN_LENGTH): string {
  return shown(text, length).replace(/\n/g, '␊').replace(/\t/g, '␉')
}
