/** The slow, obvious reference: difflib's get_matching_blocks (autojunk off), as its documentation describes it. */
export function matchingBlocks(a: readonly number[], b: readonly number[]): [number, number, number][] {
  const blocks: [number, number, number][] = []
  const search = (aStart: number, aEnd: number, bStart: number, bEnd: number): void => {
    let best: [number, number, number] = [aStart, bStart, 0]
    for (let i = aStart; i < aEnd; i++) {
      for (let j = bStart; j < bEnd; j++) {
        let size = 0
        while (i + size < aEnd && j + size < bEnd && a[i + size] === b[j + size]) size++
        if (size > best[2]) best = [i, j, size]
      }
    }
    const [i, j, size] = best
    if (size === 0) return
    search(aStart, i, bStart, j)
    blocks.push(best)
    search(i + size, aEnd, j + size, bEnd)
  }
  search(0, a.length, 0, b.length)
  const merged: [number, number, number][] = []
  for (const block of blocks) {
    const last = merged.at(-1)
    if (last && last[0] + last[2] === block[0] && last[1] + last[2] === block[1]) last[2] += block[2]
    else merged.push([...block])
  }
  return merged
}

/** A small generator with a seed, so that a failing case can be run again. */
export function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
