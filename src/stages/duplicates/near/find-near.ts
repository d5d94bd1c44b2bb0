import type { Rows } from '../rows.ts'
import { withGroups } from './complete.ts'
import { findNearByMinhash } from './minhash/minhash.ts'
import { findNear } from './near.ts'
import type { NearFound, NearWork } from './near.ts'

/** Near pairs of the rows `given`, by the search that fits their number; nothing of it stays in memory. */
export async function findNearPairs(rows: Rows, given: Uint32Array, work: NearWork): Promise<NearFound> {
  const mark = rows.heap.mark()
  const { pairs, templateBits, lowerCaseBits, templates, figures } = rows.wordsKept
    ? await findNear(rows, given, work)
    : await findNearByMinhash(rows, given, work)
  rows.heap.release(mark)
  return withGroups(rows, { pairs, templateBits, lowerCaseBits, templates, figures }, work)
}
