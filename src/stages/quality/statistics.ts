/** Counts compared with what equal chances would give. */
export interface Balance {
  answers: number
  /** Letter → observed answers. */
  counts: Record<string, number>
  /** Letter → answers expected if each option offered were as likely as the next. */
  expected: Record<string, number>
  chiSquare: number
  degreesOfFreedom: number
  pValue: number
  /** sqrt(chi² / (n · df)): 0 = balanced, 1 = always the same letter. */
  cramersV: number
  /** Largest |observed − expected| / n, and its letter. */
  largestDeviationRatio: number
  letter: string
}

/**
 * Balance of answer letters. `table[k][i]` counts answers with letter i among questions that offer k options, so
 * that E is not expected where only four options are offered. Null without answers.
 */
export function balance(table: readonly (readonly number[])[]): Balance | null {
  const observed: number[] = []
  const expected: number[] = []
  table.forEach((row, options) => {
    const answers = row.slice(0, options).reduce((sum, n) => sum + n, 0)
    for (let i = 0; answers > 0 && i < options; i++) {
      observed[i] = (observed[i] ?? 0) + row[i]!
      expected[i] = (expected[i] ?? 0) + answers / options
    }
  })
  const answers = observed.reduce((sum, n) => sum + n, 0)
  if (answers === 0) return null
  const degreesOfFreedom = observed.length - 1
  const chiSquare = observed.reduce((sum, n, i) => sum + (n - expected[i]!) ** 2 / expected[i]!, 0)
  const deviations = observed.map((n, i) => Math.abs(n - expected[i]!) / answers)
  const largest = deviations.indexOf(Math.max(...deviations))
  return {
    answers,
    counts: byLetter(observed),
    expected: byLetter(expected.map((n) => rounded(n, 2))),
    chiSquare: rounded(chiSquare, 4),
    degreesOfFreedom,
    pValue: Number(chiSquareTail(chiSquare, degreesOfFreedom).toPrecision(3)),
    cramersV: rounded(Math.sqrt(chiSquare / (answers * degreesOfFreedom)), 6),
    largestDeviationRatio: rounded(deviations[largest]!, 6),
    letter: letterOf(largest),
  }
}

export function letterOf(index: number): string {
  return String.fromCharCode(65 + index)
}

function byLetter(values: readonly number[]): Record<string, number> {
  return Object.fromEntries(values.map((value, i) => [letterOf(i), value]))
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}

/**
 * P(X ≥ x) of a chi-square distribution with `k` degrees of freedom, by the recurrence of the incomplete gamma
 * function: Q(a + 1, y) = Q(a, y) + y^a e^−y / Γ(a + 1), from Q(1/2, y) = erfc(√y) or Q(1, y) = e^−y.
 */
export function chiSquareTail(x: number, k: number): number {
  if (x <= 0) return 1
  const y = x / 2
  const odd = k % 2 === 1
  let tail = odd ? erfc(Math.sqrt(y)) : Math.exp(-y)
  let term = odd ? (Math.exp(-y) * Math.sqrt(y)) / (Math.sqrt(Math.PI) / 2) : Math.exp(-y) * y
  for (let a = odd ? 0.5 : 1; a < k / 2; a++) {
    tail += term
    term *= y / (a + 1)
  }
  return Math.min(1, tail)
}

/** Complementary error function, Numerical Recipes' Chebyshev fit; relative error below 1.2e-7. */
function erfc(x: number): number {
  const t = 1 / (1 + x / 2)
  const coefficients = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587,
    -0.82215223, 0.17087277,
  ]
  return t * Math.exp(-x * x + coefficients.reduceRight((sum, c) => sum * t + c, 0))
}
