import { z } from 'zod'
import type { Part } from '../kind.ts'
import { defineKind } from '../kind.ts'
import { countExamples, fileEvidence, obstaclesOf } from '../measure.ts'
import type { Measured } from '../kind.ts'
import { place, readStated, wholeRatio } from '../number.ts'
import { STATED, TOLERANCE, judgeQuantity, show } from '../quantity.ts'
import { compose, weaken } from '../verdict.ts'
import { coverageParts } from './coverage.ts'

/** Stated parts, their stated total, and the data: the arithmetic, the total, and each file in exactly one component. */
export const sum = defineKind({
  name: 'sum',
  title: 'Stated parts add up to a stated total, and both to the data',
  keys: {
    total: STATED,
    tolerance: TOLERANCE.optional(),
    parts: z
      .record(z.string().min(1), z.number().int().nonnegative())
      .describe('Stated number of examples of each component'),
    coverage: z
      .boolean()
      .default(false)
      .describe(
        'Also requires every data file to be in exactly one component, and every configuration to resolve',
      ),
  },
  judge(body, { measured }) {
    const stated = Object.entries(body.parts)
    const names = stated.map(([name]) => name)
    const all = Object.keys(measured.components)
    const total = countExamples(all, measured)
    const obstacles = obstaclesOf(all, measured)
    const whole = judgeQuantity(
      'the number of examples in the corpus',
      wholeRatio(total),
      body.total,
      body.tolerance,
    )
    const weakened = weaken(whole, obstacles)
    const parts: Part[] = [
      arithmetic(stated, body.total, body.tolerance),
      { name: 'total', verdict: weakened.verdict, because: weakened.because, measured: total },
      outsiders(names, measured),
      ...(body.coverage ? coverageParts(measured) : []),
    ]
    const { difference, tolerance } = whole
    const rest = { stated: whole.stated, measured: total, difference, tolerance }
    return compose(parts, { ...rest, evidence: fileEvidence(all, measured) })
  },
})

function arithmetic(parts: [string, number][], total: string | number, tolerance?: string | number): Part {
  const added = parts.reduce((sumSoFar, [, count]) => sumSoFar + count, 0)
  const number = readStated(total, tolerance)!
  const ok = place(wholeRatio(added), number) !== 'outside'
  const terms = parts.map(([, count]) => show(count)).join(' + ')
  return {
    name: 'arithmetic',
    verdict: ok ? 'verified' : 'contradicted',
    because: `${terms} = ${show(added)}, stated total ${typeof total === 'number' ? show(total) : total}`,
    measured: added,
    stands: true,
  }
}

/** A component nobody states cannot be part of the stated total. */
function outsiders(named: readonly string[], measured: Measured): Part {
  const present = Object.keys(measured.components)
  const missing = named.filter((name) => !present.includes(name))
  const extra = present.filter((name) => !named.includes(name))
  const wrong = [
    ...missing.map((name) => `${name} is stated and has no file`),
    ...extra.map((name) => `${name} is in the corpus and not stated`),
  ]
  return {
    name: 'components',
    verdict: wrong.length === 0 ? 'verified' : 'contradicted',
    because: wrong.length === 0 ? `the components are the stated ones` : wrong.join('; '),
    measured: present.sort(),
    stands: true,
  }
}
