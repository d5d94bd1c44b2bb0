/** Which words two texts share, for display: verdicts come from the stages, this only shows a reader where to look. */

export type Span = readonly [start: number, end: number]

/** Most cells of the comparison table; longer middles are left unmatched. */
const CELLS = 400_000

/** Spans (UTF-16 offsets) of the words both texts have in the same order: a longest common subsequence of words. */
export function commonWords(a: string, b: string): { a: Span[]; b: Span[] } {
  const left = words(a)
  const right = words(b)
  const pairs = align(left, right)
  return {
    a: merge(
      pairs.map(([index]) => left[index]?.span ?? [0, 0]),
      a,
    ),
    b: merge(
      pairs.map(([, index]) => right[index]?.span ?? [0, 0]),
      b,
    ),
  }
}

/** Spans of the words that have no partner in the other text. */
export function differingWords(a: string, b: string): { a: Span[]; b: Span[] } {
  const left = words(a)
  const right = words(b)
  const pairs = align(left, right)
  const inA = new Set(pairs.map(([index]) => index))
  const inB = new Set(pairs.map(([, index]) => index))
  const missing = (list: readonly Word[], matched: Set<number>): Span[] =>
    list.filter((_, index) => !matched.has(index)).map((word) => word.span)
  return { a: merge(missing(left, inA), a), b: merge(missing(right, inB), b) }
}

interface Word {
  text: string
  span: Span
}

function words(text: string): Word[] {
  return [...text.matchAll(/\S+/g)].map((match) => ({
    text: match[0].toLowerCase(),
    span: [match.index, match.index + match[0].length],
  }))
}

/** Index pairs of a longest common subsequence, ascending in both. */
function align(a: readonly Word[], b: readonly Word[]): [number, number][] {
  let head = 0
  while (head < a.length && head < b.length && a[head]?.text === b[head]?.text) head++
  let tail = 0
  while (
    tail < a.length - head &&
    tail < b.length - head &&
    a[a.length - 1 - tail]?.text === b[b.length - 1 - tail]?.text
  )
    tail++
  const pairs = range(head).map((index): [number, number] => [index, index])
  pairs.push(
    ...middle(a.slice(head, a.length - tail), b.slice(head, b.length - tail)).map(
      ([i, j]): [number, number] => [i + head, j + head],
    ),
  )
  for (let index = tail; index > 0; index--) pairs.push([a.length - index, b.length - index])
  return pairs
}

function middle(a: readonly Word[], b: readonly Word[]): [number, number][] {
  if (a.length * b.length > CELLS) return []
  const width = b.length + 1
  const best = new Uint16Array((a.length + 1) * width)
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const same = a[i]?.text === b[j]?.text
      const skip = Math.max(best[(i + 1) * width + j] ?? 0, best[i * width + j + 1] ?? 0)
      best[i * width + j] = same ? (best[(i + 1) * width + j + 1] ?? 0) + 1 : skip
    }
  }
  const pairs: [number, number][] = []
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if (a[i]?.text === b[j]?.text) pairs.push([i++, j++])
    else if ((best[(i + 1) * width + j] ?? 0) >= (best[i * width + j + 1] ?? 0)) i++
    else j++
  }
  return pairs
}

function range(length: number): number[] {
  return Array.from({ length }, (_, index) => index)
}

/** Joins spans with nothing but white space between them: a reader sees one marked run, not a row of boxes. */
export function merge(spans: readonly Span[], text: string): Span[] {
  const joined: [number, number][] = []
  for (const [start, end] of [...spans].sort((x, y) => x[0] - y[0] || x[1] - y[1])) {
    const last = joined[joined.length - 1]
    if (last !== undefined && (start <= last[1] || /^\s*$/.test(text.slice(last[1], start))))
      last[1] = Math.max(last[1], end)
    else joined.push([start, end])
  }
  return joined
}
