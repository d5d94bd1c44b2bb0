import { z } from 'zod'
import type { JsonValue } from '../../core/json.ts'
import type { Measured } from '../kind.ts'
import { defineKind } from '../kind.ts'
import { expectedLetters, letterCounts } from '../measure-quality.ts'
import { componentsOf, obstaclesOf, stageOf } from '../measure.ts'
import { show } from '../quantity.ts'
import { unanswered, weaken } from '../verdict.ts'
import { COMPONENTS } from './fields.ts'

/** Effect sizes below this are called negligible (Cohen's w; 0.1 is a small effect by his convention). */
const NEGLIGIBLE = 0.1

/**
 * Balance of answer letters. Judged by effect size and the largest deviation of one letter, because with enough
 * rows every p-value is small.
 */
export const distribution = defineKind({
  name: 'distribution',
  title: 'Distribution of answer letters in multiple-choice rows',
  keys: {
    of: z.literal('answer-letters'),
    largestEffect: z
      .number()
      .positive()
      .max(10)
      .optional()
      .describe("Cohen's w against equal chances; 0.1 when neither bound is given"),
    largestDeviation: z
      .number()
      .positive()
      .max(1)
      .optional()
      .describe('Of one letter’s share from its chance'),
    components: COMPONENTS,
  },
  judge(body, { measured }) {
    const components = componentsOf(body.components, measured)
    const stage = stageOf('quality', measured)
    const effect = body.largestEffect ?? (body.largestDeviation === undefined ? NEGLIGIBLE : null)
    const stated = {
      equalChances: true,
      largestEffect: effect,
      largestDeviation: body.largestDeviation ?? null,
    }
    if ('missing' in stage) return unanswered('not-checked', stage.missing, { stated })
    const figures = balance(components, measured)
    if (figures === null) {
      return unanswered('undetermined', 'no multiple-choice row with an answer letter was recognised', {
        stated,
      })
    }
    const inside =
      (effect === null || figures.effect <= effect) &&
      (body.largestDeviation === undefined || figures.deviation <= body.largestDeviation)
    const because =
      `over ${show(figures.rows)} rows the effect size is w = ${show(figures.effect)}; the largest deviation is ` +
      `${show(figures.deviation * 100)} points, of letter ${figures.letter}`
    const judged = {
      stated,
      measured: figures as unknown as JsonValue,
      difference: null,
      tolerance: { largestEffect: effect, largestDeviation: body.largestDeviation ?? null },
      verdict: inside ? ('verified' as const) : ('contradicted' as const),
      because,
      evidence: [{ counts: figures.counts }],
    }
    return weaken(judged, obstaclesOf(components, measured))
  },
})

interface Balance {
  rows: number
  letters: number
  counts: Record<string, number>
  /** Rows per letter under equal chances. */
  expected: Record<string, number>
  /** Cohen's w: the square root of chi² / n against equal chances. */
  effect: number
  deviation: number
  letter: string
  chiSquare: number
  degreesOfFreedom: number
}

/** Against the chances of the options offered where they are known (a fifth option is not in every row), else equal. */
function balance(components: readonly string[], measured: Measured): Balance | null {
  const counts = letterCounts(components, measured)
  if (counts === null) return null
  const letters = Object.keys(counts).sort()
  const rows = letters.reduce((sum, letter) => sum + counts[letter]!, 0)
  if (rows === 0 || letters.length < 2) return null
  const offered = expectedLetters(components, measured)
  const chance = (letter: string): number => offered?.[letter] ?? rows / letters.length
  const deviations = letters.map((letter) => ({ letter, away: counts[letter]! - chance(letter) }))
  const chiSquare = deviations.reduce((sum, { letter, away }) => {
    const expected = chance(letter)
    return expected === 0 ? sum : sum + (away * away) / expected
  }, 0)
  const furthest = [...deviations].sort((a, b) => Math.abs(b.away) - Math.abs(a.away))[0]!
  return {
    rows,
    letters: letters.length,
    counts,
    expected: Object.fromEntries(letters.map((letter) => [letter, rounded(chance(letter))])),
    effect: rounded(Math.sqrt(chiSquare / rows)),
    deviation: rounded(Math.abs(furthest.away) / rows),
    letter: furthest.letter,
    chiSquare: rounded(chiSquare),
    degreesOfFreedom: letters.length - 1,
  }
}

/** Six digits after the point, so that the last bits of a square root never show. */
function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6
}
