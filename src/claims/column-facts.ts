import type { JsonValue } from '../core/json.ts'
import type { Judged, Measured } from './kind.ts'
import { factsOfFirst } from './measure-columns.ts'
import { componentsOf, stageOf } from './measure.ts'
import { inComponents } from './quantity.ts'
import { unanswered } from './verdict.ts'

type Facts = Exclude<ReturnType<typeof factsOfFirst>, string>

/** The first column of those a claim names that the rows have, with its name quoted; or the verdict without one. */
export function columnFacts(
  body: { column: string | readonly string[]; components?: string | readonly string[] | undefined },
  measured: Measured,
  stated: JsonValue,
): { facts: Facts; named: string; components: string[] } | { judged: Judged } {
  const components = componentsOf(body.components, measured)
  const stage = stageOf('attribution', measured)
  if ('missing' in stage) return { judged: unanswered('not-checked', stage.missing, { stated }) }
  const columns = [body.column].flat()
  const named = columns.map((column) => `"${column}"`).join(' or ')
  const facts = factsOfFirst(stage, columns, components)
  if (facts === 'no such column') {
    const where = inComponents(components, body.components === undefined)
    const because = `no file ${where} has a column ${named} that would show it`
    return { judged: unanswered('not-verifiable', because, { stated }) }
  }
  if (facts === 'not tabulated') {
    return {
      judged: unanswered('not-checked', `the values of column ${named} were not tabulated`, { stated }),
    }
  }
  return { facts, named, components }
}
