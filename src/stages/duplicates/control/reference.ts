import { WORD_KIND } from '../../../core/batch.ts'
import { mix32 } from '../../../text/hash.ts'
import { SHORT_WORDS, SHORTEST_WORDS } from '../near/near-rule.ts'
import { TEMPLATE_WORDS, isCrowd, templateThreshold } from '../near/templates.ts'
import { DEFAULTS } from '../options.ts'
import type { PlainView } from './plain-view.ts'

/** Half the width of the band the table of an alignment is filled in. */
const MOST_BAND = 500
const LEAST_BAND = 16

/**
 * The definition of a near-duplicate and of a minimal difference by the slow and obvious way: the table of the longest common
 * subsequence, over words told apart by their text, and template text counted view by view. What is planted is what this says
 * it is, whatever the search that is tested finds.
 */
export class Reference {
  readonly #templates: ReadonlySet<number>

  /** @param views of the corpus: what many of them share is template text. */
  constructor(views: readonly PlainView[]) {
    const distinct = new Map(
      views.filter(({ word }) => word.length > 0).map((view) => [view.word.join(), view]),
    )
    this.#templates = templatesOf([...distinct.values()])
  }

  /** At the ratio the documentation names, whatever the options: a stricter stage misses what this calls near. */
  isNear(a: PlainView, b: PlainView): boolean {
    const [x, y] = [this.#mask(a), this.#mask(b)]
    let [own, template] = [0, 0]
    eachCommon(a.word, b.word, (i, j) => {
      if (x[i] === 1 && y[j] === 1) template++
      else own++
    })
    const [shorter, longer] = [a.word.length - template, b.word.length - template].sort((p, q) => p - q) as [
      number,
      number,
    ]
    if (shorter < SHORTEST_WORDS) return false
    return own >= (shorter < SHORT_WORDS ? longer - 1 : Math.ceil(longer * DEFAULTS.alignedRatio - 1e-9))
  }

  /** The same words but for one figure. */
  isOtherNumber(a: PlainView, b: PlainView): boolean {
    if (a.word.length !== b.word.length) return false
    const differ = [...a.word.keys()].filter((i) => a.word[i] !== b.word[i])
    const [at] = differ
    if (at === undefined || differ.length > 1) return false
    return a.kind[at] === WORD_KIND.number && b.kind[at] === WORD_KIND.number && this.isNear(a, b)
  }

  /** 1 where a word is part of template text. */
  #mask(view: PlainView): Uint8Array {
    const { length } = view.word
    const mask = new Uint8Array(length)
    runsOf(view).forEach((run, from) => {
      if (this.#templates.has(run)) mask.fill(1, from, from + TEMPLATE_WORDS)
    })
    const judged = {
      mask: (i: number): boolean => mask[i] === 1,
      isAnswer: (i: number): boolean => view.answer[i] === 1,
    }
    // A stretch of own words counts as such wherever it stands: less is called near than the stage finds, never more.
    const crowd = isCrowd(length, judged, () => false)
    return crowd ? new Uint8Array(length) : mask
  }
}

/** Runs of words that stand in so many views that they are template text. */
function templatesOf(views: readonly PlainView[]): Set<number> {
  const size = views.reduce((sum, view) => sum + Math.max(0, view.word.length - TEMPLATE_WORDS + 1), 0)
  const all = new Float64Array(size)
  let n = 0
  for (const view of views) for (const run of new Set(runsOf(view))) all[n++] = run
  const sorted = all.subarray(0, n).sort()
  const least = templateThreshold(views.length)
  const templates = new Set<number>()
  for (let i = least - 1; i < n; i++)
    if (sorted[i] === sorted[i - least + 1]) templates.add(sorted[i] as number)
  return templates
}

/** The run of words that begins at each word, as 53 bits. */
function runsOf({ word }: PlainView): Float64Array {
  const runs = new Float64Array(Math.max(0, word.length - TEMPLATE_WORDS + 1))
  for (let from = 0; from < runs.length; from++) {
    let [high, low] = [0x9e3779b9, 0x85ebca6b]
    for (let i = from; i < from + TEMPLATE_WORDS; i++) {
      high = mix32(Math.imul(high, 0x01000193) ^ (word[i] as number))
      low = mix32(Math.imul(low, 0x0100019b) + (word[i] as number))
    }
    runs[from] = (high & 0x1fffff) * 2 ** 32 + (low >>> 0)
  }
  return runs
}

/**
 * The pairs of a longest common subsequence. Long texts are aligned in a band around the diagonal: where the longest one leaves
 * it, a shorter one is found, never a longer one.
 */
function eachCommon(a: Uint32Array, b: Uint32Array, use: (i: number, j: number) => void): void {
  const band = Math.min(MOST_BAND, LEAST_BAND + Math.ceil(Math.max(a.length, b.length) / 4))
  const width = 2 * band + 3
  const lengths = new Uint16Array((a.length + 1) * width)
  /** Length of the longest one of the first i and j words; nothing outside the band. */
  const at = (i: number, j: number): number => i * width + (j - i) + band + 1
  for (let i = 1; i <= a.length; i++) {
    for (let j = Math.max(1, i - band); j <= Math.min(b.length, i + band); j++) {
      lengths[at(i, j)] =
        a[i - 1] === b[j - 1]
          ? (lengths[at(i - 1, j - 1)] as number) + 1
          : Math.max(lengths[at(i - 1, j)] as number, lengths[at(i, j - 1)] as number)
    }
  }
  let [i, j] = [a.length, Math.min(b.length, a.length + band)]
  while (i > 0 && j > 0 && Math.abs(j - i) <= band) {
    if (a[i - 1] === b[j - 1]) use(--i, --j)
    else if ((lengths[at(i - 1, j)] as number) >= (lengths[at(i, j - 1)] as number)) i--
    else j--
  }
}
