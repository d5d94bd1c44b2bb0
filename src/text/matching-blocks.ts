/**
 * The sum of matching blocks as Python's `difflib.SequenceMatcher(None, a, b, autojunk=False)` finds them: the
 * longest common run (the earliest in `a`, then in `b`), then the same to its left and to its right.
 *
 * A run found inside a range is never longer than the longest run of that range, so ranges whose best run is
 * below the smallest block that counts are not searched further: the sum is the same, the work is not. (Runs
 * that touch on one diagonal cannot occur: the longest run would have taken them in. So nothing is merged.)
 */
export class MatchingBlocks {
  /** Last position of a symbol in b, then the position before it, … (`before`), −1 at the end. */
  private readonly last = new Map<number, number>()
  private before = new Int32Array(0)
  private head = new Int32Array(0)
  private runLength = new Int32Array(0)
  private runStamp = new Float64Array(0)
  private stamp = 0
  private bestA = 0
  private bestB = 0
  private bestLength = 0

  /** Sum of the lengths of all matching blocks of at least `smallest` symbols. */
  matched(a: Uint32Array, b: Uint32Array, smallest: number): number {
    this.prepare(a, b)
    let sum = 0
    const ranges = [0, a.length, 0, b.length]
    while (ranges.length > 0) {
      const bEnd = ranges.pop() as number
      const bStart = ranges.pop() as number
      const aEnd = ranges.pop() as number
      const aStart = ranges.pop() as number
      if (aEnd - aStart < smallest || bEnd - bStart < smallest) continue
      this.longest(aStart, aEnd, bStart, bEnd)
      if (this.bestLength < smallest) continue
      sum += this.bestLength
      ranges.push(aStart, this.bestA, bStart, this.bestB)
      ranges.push(this.bestA + this.bestLength, aEnd, this.bestB + this.bestLength, bEnd)
    }
    return sum
  }

  private prepare(a: Uint32Array, b: Uint32Array): void {
    if (this.before.length < b.length + 1) {
      this.before = new Int32Array(2 * b.length + 1)
      this.runLength = new Int32Array(2 * b.length + 1)
      this.runStamp = new Float64Array(2 * b.length + 1)
      this.stamp = 0
    }
    if (this.head.length < a.length) this.head = new Int32Array(2 * a.length)
    this.last.clear()
    for (let j = 0; j < b.length; j++) {
      const symbol = b[j] as number
      this.before[j] = this.last.get(symbol) ?? -1
      this.last.set(symbol, j)
    }
    for (let i = 0; i < a.length; i++) this.head[i] = this.last.get(a[i] as number) ?? -1
  }

  /**
   * Sets best* to the longest common run of a[aStart, aEnd) and b[bStart, bEnd). Positions of b are walked from
   * the right, so that runLength[j − 1] still belongs to the previous symbol of a when j reads it.
   */
  private longest(aStart: number, aEnd: number, bStart: number, bEnd: number): void {
    const { head, before, runLength, runStamp } = this
    let bestLength = 0
    let bestEndA = aStart
    let bestEndB = bStart
    // Stamps of the previous call are below this one's first: nothing has to be cleared.
    let stamp = this.stamp + 2
    for (let i = aStart; i < aEnd; i++, stamp++) {
      for (let j = head[i] as number; j >= bStart; j = before[j] as number) {
        if (j >= bEnd) continue
        const length = j > bStart && runStamp[j - 1] === stamp - 1 ? (runLength[j - 1] as number) + 1 : 1
        runLength[j] = length
        runStamp[j] = stamp
        // Strictly longer, or as long and ending at the same symbol of a but earlier in b.
        if (length > bestLength || (length === bestLength && i === bestEndA)) {
          bestLength = length
          bestEndA = i
          bestEndB = j
        }
      }
    }
    this.stamp = stamp
    this.bestLength = bestLength
    this.bestA = bestEndA - bestLength + 1
    this.bestB = bestEndB - bestLength + 1
  }
}
