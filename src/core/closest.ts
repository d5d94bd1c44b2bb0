/**
 * The valid name nearest to a misspelt one, or null when none is near: for messages like
 * `unknown key "compnent"; did you mean "component"?`. Ties go to the earlier name.
 */
export function closest(name: string, valid: readonly string[]): string | null {
  const wanted = name.slice(0, 100).toLowerCase()
  let best: string | null = null
  let bestDistance = Math.max(2, Math.floor(wanted.length / 3)) + 1
  for (const candidate of valid) {
    const distance = editDistance(wanted, candidate.slice(0, 100).toLowerCase())
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

/** Insertions, deletions, substitutions and swaps of neighbours, each one step. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1]
      let steps = Math.min(last[column]! + 1, current[column - 1]! + 1, last[column - 1]! + (same ? 0 : 1))
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      if (swapped) steps = Math.min(steps, beforeLast[column - 2]! + 1)
      current.push(steps)
    }
    beforeLast = last
    last = current
  }
  return last[b.length]!
}
