import { differences, eachAligned } from '../../../text/differences.ts'
import { WORD_SHIFT } from '../rows.ts'
import { MAX_EDITS, leastAligned } from './near-rule.ts'
import { hasBit } from './views.ts'
import type { Views } from './views.ts'

type HeldViews = Pick<Views, 'words' | 'start' | 'length' | 'masked' | 'template'>

/** Two near views, and how many words of them are aligned. */
interface Aligned {
  x: number
  y: number
  aligned: number
}

/**
 * True for a near pair that is none without the template text it shares; what needs too many edits is left to the texts. Rows of one template are all near each other by
 * it, as many pairs as there are rows squared: they are told from the rest here, where the words lie, and their texts
 * are never read.
 */
export function isHeldByTemplates(views: HeldViews, { x, y, aligned }: Aligned, ratio: number): boolean {
  const [m, n] = [views.length[x] as number, views.length[y] as number]
  const edits = m + n - 2 * aligned
  if (views.masked[x] === 0 || views.masked[y] === 0 || edits > MAX_EDITS) return false
  const found = differences(wordsOf(views, x), wordsOf(views, y), edits)
  if (found === null) return false
  const [a, b] = [views.start[x] as number, views.start[y] as number]
  let template = 0
  eachAligned(m, found, (i, j) => {
    if (hasBit(views.template, a + i) && hasBit(views.template, b + j)) template++
  })
  const least = leastAligned(m - template, n - template, ratio)
  return least < 0 || aligned - template < least
}

function wordsOf({ words, start, length }: HeldViews, v: number): Uint32Array {
  const first = start[v] as number
  return words.subarray(first, first + (length[v] as number)).map((word) => word >>> WORD_SHIFT)
}
