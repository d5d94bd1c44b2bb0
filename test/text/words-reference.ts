/** The slow, obvious way to cut words: over strings and property classes of the runtime, one rule a line. */
import { referenceNormalise, standIns } from './normalise-reference.ts'

export interface ReferenceWord {
  /** UTF-8 byte offsets into the text. */
  start: number
  end: number
  /** Normalised form. */
  text: string
  kind: 'letters' | 'number' | 'symbol' | 'ideograph'
}

/** A character with the marks on it; invisible characters are gone. */
interface Cluster {
  base: string
  start: number
  end: number
}

export function referenceWords(text: string): ReferenceWord[] {
  const clusters = clustersOf(text)
  const words: ReferenceWord[] = []
  for (let i = 0; i < clusters.length;) {
    const length = wordLength(clusters, i)
    if (length > 0) words.push(word(text, clusters, i, length))
    i += Math.max(1, length)
  }
  return words
}

function clustersOf(text: string): Cluster[] {
  const clusters: Cluster[] = []
  let at = 0
  for (const c of text) {
    const end = at + Buffer.byteLength(c)
    const last = clusters.at(-1)
    if (/^\p{Default_Ignorable_Code_Point}$/u.test(c)) {
      // invisible
    } else if (/^\p{M}$/u.test(c)) {
      if (last !== undefined) last.end = end
    } else clusters.push({ base: standIns(c), start: at, end })
    at = end
  }
  return clusters
}

const isLetter = (c: Cluster | undefined): boolean =>
  c !== undefined && /^\p{L}$/u.test(c.base) && !isIdeograph(c) && !isRaised(c)
const isDigit = (c: Cluster | undefined): boolean => c !== undefined && /^\p{Nd}$/u.test(c.base)
const isRaised = (c: Cluster | undefined): boolean => c !== undefined && /^[²³¹\u2070-\u209c]$/u.test(c.base)
const isIdeograph = (c: Cluster): boolean =>
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー\uff70]$/u.test(c.base) &&
  /^[\p{L}\p{N}]$/u.test(c.base)
const isNumeral = (c: Cluster): boolean => /^[\p{Nl}\p{No}]$/u.test(c.base) && !isRaised(c) && !isIdeograph(c)
const isUnitSymbol = (c: Cluster): boolean => /^[%°‰‱′″‴℃℉]$/u.test(c.base)
const isSymbol = (c: Cluster): boolean =>
  (/^[\p{Sm}\p{Sc}/^\u2190-\u21ff♀♂]$/u.test(c.base) && !/^[|−]$/u.test(c.base) && !isRaised(c)) ||
  isUnitSymbol(c)
const isPoint = (c: Cluster | undefined): boolean => c !== undefined && /^[.,\u00b7\u0387]$/u.test(c.base)

/** Clusters the word at i takes; 0 where none starts. */
function wordLength(clusters: readonly Cluster[], i: number): number {
  const here = clusters[i] as Cluster
  if (isLetter(here)) return run(clusters, i, isLetter, (c) => c?.base === "'")
  if (isDigit(here)) return run(clusters, i, isDigit, isPoint)
  if (isRaised(here)) return run(clusters, i, isRaised, () => false)
  if (isIdeograph(here) || isNumeral(here) || isSymbol(here)) return 1
  if (
    here.base === '.' &&
    isDigit(clusters[i + 1]) &&
    !isPoint(clusters[i - 1]) &&
    !endsValue(clusters[i - 1])
  ) {
    return 1 + run(clusters, i + 1, isDigit, isPoint)
  }
  if (here.base === '−' && isDigit(clusters[i + 1])) return 1
  const number = isDigit(clusters[i + 1]) || (isPoint(clusters[i + 1]) && isDigit(clusters[i + 2]))
  const dash = (c: Cluster | undefined): boolean => c !== undefined && /^[-−]$/.test(c.base)
  return dash(here) && number && !dash(clusters[i - 1]) && !endsValue(clusters[i - 1]) ? 1 : 0
}

function run(
  clusters: readonly Cluster[],
  start: number,
  member: (c: Cluster | undefined) => boolean,
  joiner: (c: Cluster | undefined) => boolean,
): number {
  let end = start + 1
  for (;;) {
    if (member(clusters[end])) end++
    else if (joiner(clusters[end]) && member(clusters[end + 1])) end += 2
    else return end - start
  }
}

function endsValue(c: Cluster | undefined): boolean {
  if (c === undefined) return false
  return (
    isLetter(c) ||
    isDigit(c) ||
    isNumeral(c) ||
    isRaised(c) ||
    isIdeograph(c) ||
    isUnitSymbol(c) ||
    /^\p{Pe}$/u.test(c.base)
  )
}

function word(text: string, clusters: readonly Cluster[], i: number, length: number): ReferenceWord {
  const here = clusters[i] as Cluster
  const { start } = here
  const { end } = clusters[i + length - 1] as Cluster
  const cut = Buffer.from(text).subarray(start, end).toString()
  const minus = here.base === '−' && isDigit(clusters[i + 1])
  const kind = isLetter(here)
    ? 'letters'
    : isIdeograph(here)
      ? 'ideograph'
      : isDigit(here) || isNumeral(here) || here.base === '.'
        ? 'number'
        : 'symbol'
  return { start, end, text: minus ? '−' : referenceNormalise(cut), kind }
}
