import { z } from 'zod'
import type { JsonValue } from '../../core/json.ts'
import type { StageRecord } from '../../core/record.ts'
import type { Part } from '../kind.ts'
import { defineKind } from '../kind.ts'
import { otherValues, rowsOf, sourceCoverage } from '../measure-sources.ts'
import { componentsOf, obstaclesOf, stageOf } from '../measure.ts'
import { show } from '../quantity.ts'
import { compose, unanswered, weaken } from '../verdict.ts'
import { COMPONENTS } from './fields.ts'

/** "Built from these sources": each is there, and rows come from nowhere else. */
export const sources = defineKind({
  name: 'sources',
  title: 'Sources the rows come from, and how many rows each explains',
  keys: {
    sources: z
      .array(z.string().min(1))
      .min(1)
      .describe('Names or aliases of data/sources.yaml, or declared values'),
    smallestShare: z.number().min(0).max(1).default(1).describe('Share of rows these sources must explain'),
    components: COMPONENTS,
  },
  judge(body, { measured }) {
    const stage = stageOf('attribution', measured)
    if ('missing' in stage) return unanswered('not-checked', stage.missing, { stated: body.sources })
    const components = componentsOf(body.components, measured)
    const parts = body.sources.map((name) => present(name, stage, components))
    const explained = parts.reduce((sum, part) => sum + ((part.measured as number | undefined) ?? 0), 0)
    parts.push(remainder({ ...body, explained }, stage, components))
    const judged = compose(parts, {
      stated: body.sources,
      measured: Object.fromEntries(
        parts.map((part): [string, JsonValue] => [part.name, part.measured ?? null]),
      ),
      tolerance: { smallestShare: body.smallestShare },
    })
    return weaken(judged, obstaclesOf(components, measured))
  },
})

function present(name: string, stage: StageRecord, components: readonly string[]): Part {
  const found = sourceCoverage(stage, name, components)
  const rows = found.declared + found.matched
  if (found.declared > 0 && found.contradicted > 0) {
    const because = `${show(found.contradicted)} rows that declare it were found in another source`
    return { name, verdict: 'contradicted', because, measured: rows, stands: true }
  }
  if (found.verified > 0) {
    const because = `${show(found.verified)} rows found in the upstream set`
    return { name, verdict: 'verified', because, measured: rows }
  }
  if (found.declared > 0) {
    const because = `${show(found.declared)} rows declare it; the upstream set was not compared`
    return { name, verdict: found.read ? 'contradicted' : 'within-tolerance', because, measured: rows }
  }
  if (!found.read && found.some) {
    const because = `not found in what was read of the upstream set; the rest was not: ${found.why ?? ''}`
    return { name, verdict: 'undetermined', because, measured: 0 }
  }
  if (!found.read)
    return { name, verdict: 'not-checked', because: found.why ?? 'the upstream set was not read' }
  return { name, verdict: 'contradicted', because: 'no row declares it or was found in it', measured: 0 }
}

/** Rows that declare something else, and rows that declare nothing and were found nowhere. */
function remainder(
  body: { smallestShare: number; explained: number; sources: readonly string[] },
  stage: StageRecord,
  components: readonly string[],
): Part {
  const name = 'rows from nowhere else'
  const { rows, undeclared } = rowsOf(stage, components)
  if (rows === 0) return { name, verdict: 'undetermined', because: 'no row was tabulated' }
  const measured = rows - body.explained
  const share = body.explained / rows
  const found = `the stated sources explain ${show(body.explained)} of ${show(rows)} rows (${show(share * 100)}%)`
  if (share >= body.smallestShare) return { name, verdict: 'verified', because: found, measured }
  const others = otherValues(stage, components, body.sources)
  if (rows - undeclared - body.explained > 0 && others.length > 0) {
    const because = `${found}; others declare ${others.slice(0, 5).join(', ')}`
    return { name, verdict: 'contradicted', because, measured, stands: true }
  }
  return { name, verdict: 'not-verifiable', because: `${found}; the others declare no source`, measured }
}
