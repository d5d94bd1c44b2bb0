import { defineKind } from '../kind.ts'
import { factsOfFirst } from '../measure-columns.ts'
import { componentsOf, obstaclesOf, stageOf } from '../measure.ts'
import { wholeRatio } from '../number.ts'
import { STATED, TOLERANCE, inComponents, judgeQuantity } from '../quantity.ts'
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
    const components = componentsOf(body.components, measured)
    const stage = stageOf('attribution', measured)
    if ('missing' in stage) return unanswered('not-checked', stage.missing, { stated: body.value })
    const named = [body.column]
      .flat()
      .map((column) => `"${column}"`)
      .join(' or ')
    const facts = factsOfFirst(stage, [body.column].flat(), components)
    if (facts === 'no such column') {
      const because = `no file ${inComponents(components, body.components === undefined)} has a column ${named}`
      return unanswered('not-verifiable', because, { stated: body.value })
    }
    if (facts === 'not tabulated' || facts.distinct === null) {
      return unanswered('not-checked', `column ${named} was not tabulated`, { stated: body.value })
    }
    const what = `the number of distinct values of ${named}`
    const judged = judgeQuantity(what, wholeRatio(facts.distinct), body.value, body.tolerance)
    const evidence = [
      { column: facts.column, rows: facts.rows, nulls: facts.nulls, distinct: facts.distinct },
    ]
    return weaken({ ...judged, evidence }, obstaclesOf(components, measured))
  },
})
