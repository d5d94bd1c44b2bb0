import { z } from 'zod'
import { defineKind } from '../kind.ts'
import type { Measured } from '../kind.ts'
import { componentsOf, countExamples, failuresIn, obstaclesOf, stageOf } from '../measure.ts'
import { STATED, TOLERANCE, judgeQuantity } from '../quantity.ts'
import { unanswered, weaken } from '../verdict.ts'
import { COMPONENTS } from './fields.ts'

/** A share of the corpus: "guidelines are 24% of the examples". */
export const share = defineKind({
  name: 'share',
  title: 'Share of some components in the corpus',
  keys: {
    value: STATED,
    tolerance: TOLERANCE.optional(),
    components: COMPONENTS.unwrap(),
    of: z.enum(['examples', 'turns', 'words', 'textBytes']).default('examples').describe('What is counted'),
  },
  // A share of the whole is about all of it.
  touched: (_, measured) => failuresIn(componentsOf(undefined, measured), measured),
  judge(body, { measured }) {
    const some = typeof body.components === 'string' ? [body.components] : body.components
    const all = Object.keys(measured.components)
    const stage = stageOf('tokens', measured)
    if (body.of !== 'examples' && 'missing' in stage) return unanswered('not-checked', stage.missing)
    const over = count(body.of, some, measured)
    const under = count(body.of, all, measured)
    if (under === 0) return unanswered('undetermined', `the corpus has no ${body.of}`, { stated: body.value })
    const ratio = { over: BigInt(over), under: BigInt(under) }
    const what = `the share of ${some.join(', ')} in all ${body.of} (${over} of ${under})`
    const judged = judgeQuantity(what, ratio, body.value, body.tolerance)
    return weaken(
      { ...judged, evidence: [{ over, under, of: body.of }] },
      obstaclesOf([...new Set([...all, ...some])], measured),
    )
  },
})

function count(
  of: 'examples' | 'turns' | 'words' | 'textBytes',
  components: readonly string[],
  measured: Measured,
): number {
  if (of === 'examples') return countExamples(components, measured)
  return components.reduce((total, name) => total + (measured.components[name]?.[of] ?? 0), 0)
}
