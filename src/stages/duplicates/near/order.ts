import { sortedIndices } from '../../../text/sort.ts'
import { sharedArray } from './views.ts'
import type { Views } from './views.ts'

/**
 * Views by size: candidates of a view are looked for among those that come before it, down to a least size. Equal
 * sizes are ordered by content, so that the order of rows changes nothing.
 */
export interface SizeOrder {
  /** View of each rank, and rank of each view. */
  viewOf: Uint32Array
  rankOf: Uint32Array
  /** First rank that is large enough for a partner of this rank: itself when none is. */
  low: Uint32Array
}

/**
 * @param sizes of the views.
 * @param fits whether a smaller size and a larger one can belong together; if one fits, so do all between the two.
 */
export function orderBySize(
  views: Views,
  sizes: Uint32Array,
  fits: (small: number, large: number) => boolean,
): SizeOrder {
  const viewOf = sharedArray(views.count)
  const rankOf = sharedArray(views.count)
  const low = sharedArray(views.count)
  const byContent = sortedIndices(views.content)
  const bySize = sortedIndices(byContent.map((v) => sizes[v] as number))
  let least = 0
  for (let rank = 0; rank < views.count; rank++) {
    const v = byContent[bySize[rank] as number] as number
    const size = sizes[v] as number
    viewOf[rank] = v
    rankOf[v] = rank
    // No least size shrinks when the larger one grows.
    while (least < rank && !fits(sizes[viewOf[least] as number] as number, size)) least++
    low[rank] = least
  }
  return { viewOf, rankOf, low }
}
