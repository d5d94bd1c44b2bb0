import { defineKind } from '../kind.ts'
import { componentsOf, countExamples, fileEvidence, obstaclesOf } from '../measure.ts'
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
    const evidence = fileEvidence(components, measured)
    // Rows nobody read, and files nobody found, can only be more.
    const stands = judged.verdict === 'contradicted' && (judged.difference ?? 0) > 0
    return weaken({ ...judged, evidence, stands }, obstaclesOf(components, measured))
  },
})
