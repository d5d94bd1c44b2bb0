import { columnFacts } from '../column-facts.ts'
import { defineKind } from '../kind.ts'
import { obstaclesOf } from '../measure.ts'
import { wholeRatio } from '../number.ts'
import { STATED, TOLERANCE, judgeQuantity } from '../quantity.ts'
import { unanswered, weaken } from '../verdict.ts'
import { COLUMN, COMPONENTS } from './fields.ts'

/** "46,469 guidelines": distinct values of a column that identifies them. */
export const distinct = defineKind({
  name: 'distinct',
  title: 'Number of distinct values of a column',
  keys: {
    column: COLUMN,
    value: STATED,
    tolerance: TOLERANCE.optional(),
    components: COMPONENTS,
  },
  judge(body, { measured }) {
    const found = columnFacts(body, measured, body.value)
    if ('judged' in found) return found.judged
    const { facts, named, components } = found
    if (facts.distinct === null) {
      return unanswered('not-checked', `the values of column ${named} were not tabulated`, {
        stated: body.value,
      })
    }
    const what = `the number of distinct values of ${named}`
    const judged = judgeQuantity(what, wholeRatio(facts.distinct), body.value, body.tolerance)
    const evidence = [
      { column: facts.column, rows: facts.rows, nulls: facts.nulls, distinct: facts.distinct },
    ]
    return weaken({ ...judged, evidence }, obstaclesOf(components, measured))
  },
})
