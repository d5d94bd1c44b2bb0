import { defineKind } from '../kind.ts'
import { componentsOf, countExamples, fileEvidence, missingOf, obstaclesOf } from '../measure.ts'
import { wholeRatio } from '../number.ts'
import { STATED, TOLERANCE, inComponents, judgeQuantity } from '../quantity.ts'
import { weaken } from '../verdict.ts'
import { COMPONENTS } from './fields.ts'

/** A count of examples, exact or rounded. Counts rows in: what is audited and what is unreadable. */
export const examples = defineKind({
  name: 'examples',
  title: 'Number of examples, in the corpus or in some of its components',
  keys: { value: STATED, tolerance: TOLERANCE.optional(), components: COMPONENTS },
  judge(body, { measured }) {
    const components = componentsOf(body.components, measured)
    const where = inComponents(components, body.components === undefined)
    const count = wholeRatio(countExamples(components, measured))
    const judged = judgeQuantity(`the number of examples ${where}`, count, body.value, body.tolerance)
    const empty = missingOf(components, measured)
    const present = components.filter((name) => !empty.includes(name))
    const because =
      empty.length === 0 ? judged.because : `${judged.because}; no file belongs to ${empty.join(', ')}`
    const evidence = fileEvidence(components, measured)
    return weaken({ ...judged, because, evidence }, obstaclesOf(present, measured))
  },
})
