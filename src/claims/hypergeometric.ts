/** `listed` rows named by somebody out of `rows`, of which `marked` have a property; `hits` rows are both. */
export interface Draw {
  rows: number
  marked: number
  listed: number
  hits: number
}

/**
 * P(X ≥ hits) when the listed rows are drawn without replacement and without regard to the mark: the upper tail of
 * the hypergeometric distribution (the one-sided exact test of R. A. Fisher), summed from its largest term down.
 */
export function upperTail({ rows, marked, listed, hits }: Draw): number {
  const least = Math.max(0, listed - (rows - marked))
  if (hits <= least) return 1
  const most = Math.min(listed, marked)
  let sum = 0
  const all = logChoose(rows, listed)
  for (let x = hits; x <= most; x++) {
    sum += Math.exp(logChoose(marked, x) + logChoose(rows - marked, listed - x) - all)
  }
  return Math.min(1, sum)
}

function logChoose(n: number, k: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k)
}

const FIRST = [0, 0]
for (let n = 2; n < 64; n++) FIRST.push(FIRST[n - 1]! + Math.log(n))

/** ln n!, by a sum below 64 and by Stirling's series above, where its fourth term is below 1e-14. */
function logFactorial(n: number): number {
  if (n < FIRST.length) return FIRST[n]!
  const x = n + 1
  const series = 1 / (12 * x) - 1 / (360 * x ** 3) + 1 / (1260 * x ** 5)
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series
}
