import { CONSTANTS } from '../../../text/kernels/layouts.ts'

/** Words of the runs templates are made of. */
export const { TEMPLATE_WORDS } = CONSTANTS
/** A run of words is template text from this many views on, or this part of all views if that is more. */
const LEAST_VIEWS = 25
const LEAST_PART = 0.005

export function templateThreshold(views: number): number {
  return Math.max(LEAST_VIEWS, Math.ceil(views * LEAST_PART))
}

/** Marks the words of a sequence that belong to template runs; returns how many. */
export function markTemplates(hashes: Uint32Array, n: number, bits: Uint32Array, mask: Uint8Array): number {
  const slots = bits.length * 32
  mask.fill(0, 0, n + TEMPLATE_WORDS)
  let marked = 0
  let until = 0
  for (let i = 0; i < n; i++) {
    const slot = (hashes[i] as number) & (slots - 1)
    if ((((bits[slot >>> 5] as number) >>> (slot & 31)) & 1) === 0) continue
    for (let w = Math.max(i, until); w < i + TEMPLATE_WORDS; w++) {
      mask[w] = 1
      marked++
    }
    until = i + TEMPLATE_WORDS
  }
  return marked
}

/** Own words in a row that make a view more than a template with gaps; part of the prompt and of the answer that is template text in a crowd of near copies. */
const { OWN_WORDS, CROWD_PART } = CONSTANTS
/** The same where own words are edits: of near copies that are little more than enough, much of what they share is no template text. */
export const EDITED_PART = 1 / 3

/** Tells whether the own words [from, to) stand in the middle of text that most views go on with: see `editsOf`. */
export type IsEdit = (from: number, to: number) => boolean

/** What a view is judged by, word by word. */
export interface Judged {
  mask(i: number): boolean
  isAnswer(i: number): boolean
}

/**
 * True for a view that is hardly anything but "template": its prompt and its answer both are, and no run of own words
 * is left that is no edit; under a prompt without any own word, an answer may have one. Many near copies of one whole
 * example look like that; they are compared as they are.
 */
export function isCrowd(length: number, { mask, isAnswer }: Judged, isEdit: IsEdit): boolean {
  let [run, edits, slots] = [0, 0, 0]
  const masked: [number, number] = [0, 0]
  const words: [number, number] = [0, 0]
  const endRun = (to: number): void => {
    if (run >= OWN_WORDS && isEdit(to - run, to)) edits++
    else if (run >= OWN_WORDS) slots++
    run = 0
  }
  for (let i = 0; i < length; i++) {
    const part = isAnswer(i) ? 1 : 0
    words[part]++
    if (!mask(i)) {
      run++
      continue
    }
    endRun(i)
    masked[part]++
  }
  endRun(length)
  if (slots > 0 && (words[0] === 0 || masked[0] < words[0])) return false
  const least = edits > 0 && slots === 0 ? EDITED_PART : CROWD_PART
  return masked.every((n, part) => n >= (words[part] as number) * least)
}
