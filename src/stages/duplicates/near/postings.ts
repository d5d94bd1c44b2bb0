import { sortPairs } from '../../../text/sort.ts'
import { powerOfTwo, sharedArray } from './views.ts'

/** Which views have a shingle: hashes sorted, a directory by their top bits, the views beside them. In shared memory. */
export interface Postings {
  hashes: Uint32Array
  views: Uint32Array
  directory: Uint32Array
}

/** Sorts (hash, view) lists into postings; within a hash the views ascend. */
export function buildPostings(lists: readonly { hashes: Uint32Array; views: Uint32Array }[]): Postings {
  const total = lists.reduce((sum, list) => sum + list.hashes.length, 0)
  const hashes = new Uint32Array(total)
  const views = new Uint32Array(total)
  let at = 0
  for (const list of lists) {
    hashes.set(list.hashes, at)
    views.set(list.views, at)
    at += list.hashes.length
  }
  const sorted = sortPairs(hashes, views)
  const result = {
    hashes: sharedArray(total),
    views: sharedArray(total),
    directory: sharedArray(powerOfTwo(total / 2, 256, 1 << 22) + 1),
  }
  result.hashes.set(sorted.keys)
  result.views.set(sorted.values)
  fillDirectory(result)
  return result
}

function fillDirectory({ hashes, directory }: Postings): void {
  const shift = directoryShift(directory)
  for (let i = 0; i < hashes.length; i++) {
    const slot = ((hashes[i] as number) >>> shift) + 1
    directory[slot] = (directory[slot] as number) + 1
  }
  for (let i = 1; i < directory.length; i++)
    directory[i] = (directory[i] as number) + (directory[i - 1] as number)
}

export function directoryShift(directory: Uint32Array): number {
  return 32 - Math.round(Math.log2(directory.length - 1))
}

/** First position of `hash` in the postings, or of the next larger one. */
export function firstPosting(postings: Postings, shift: number, hash: number): number {
  const slot = hash >>> shift
  let at = postings.directory[slot] as number
  const end = postings.directory[slot + 1] as number
  while (at < end && (postings.hashes[at] as number) < hash) at++
  return at
}
