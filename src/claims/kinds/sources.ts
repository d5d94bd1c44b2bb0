import { z } from 'zod'
import type { JsonValue } from '../../core/json.ts'
import type { StageRecord } from '../../core/record.ts'
import type { Measured, Part } from '../kind.ts'
import { defineKind } from '../kind.ts'
import { otherValues, rowsOf, sourceCoverage } from '../measure-sources.ts'
import type { SourceCoverage } from '../measure-sources.ts'
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
    splits: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe('Splits of the sources that rows may be of, e.g. [train]; any when absent'),
    smallestFound: z
      .number()
      .min(0)
      .max(1)
      .default(0.9)
      .describe('Share of the rows of a source that must be found in the upstream set'),
    smallestShare: z.number().min(0).max(1).default(1).describe('Share of rows these sources must explain'),
    components: COMPONENTS,
  },
  judge(body, { measured }) {
    const stage = stageOf('attribution', measured)
    if ('missing' in stage) return unanswered('not-checked', stage.missing, { stated: body.sources })
    const components = componentsOf(body.components, measured)
    const parts = body.sources.map((name) => present(name, body, { stage, components }))
    const explained = parts.reduce((sum, part) => sum + ((part.measured as number | undefined) ?? 0), 0)
    parts.push(remainder({ ...body, explained }, stage, components))
    const judged = compose(parts, {
      stated: body.sources,
      measured: Object.fromEntries(
        parts.map((part): [string, JsonValue] => [part.name, part.measured ?? null]),
      ),
      tolerance: { smallestShare: body.smallestShare, smallestFound: body.smallestFound },
      evidence: places(components, measured),
    })
    return weaken(judged, obstaclesOf(components, measured))
  },
})

interface Asked {
  splits?: string[] | undefined
  smallestFound: number
}

interface Scope {
  stage: StageRecord
  components: readonly string[]
}

function present(name: string, asked: Asked, { stage, components }: Scope): Part {
  const found = sourceCoverage(stage, name, components)
  const rows = found.declared + found.matched
  if (found.declared > 0 && found.contradicted > 0) {
    const because = `${show(found.contradicted)} rows that declare it were found in another source`
    return { name, verdict: 'contradicted', because, measured: rows, stands: true }
  }
  const other = ofOtherSplits(found, asked.splits)
  if (other !== null) return { name, measured: rows, ...other }
  return rows > 0 ? { name, measured: rows, ...compared(found, asked) } : { name, ...absent(found) }
}

/** Rows found in a split the claim does not name; of a split nobody names they may be of any. */
function ofOtherSplits(
  { splits }: SourceCoverage,
  named: readonly string[] | undefined,
): Omit<Part, 'name'> | null {
  if (named === undefined) return null
  const others = Object.entries(splits).filter(([split, rows]) => rows > 0 && !named.includes(split))
  const known = others.filter(([split]) => split !== 'unknown')
  if (known.length > 0) {
    const list = known.map(([split, rows]) => `${show(rows)} rows are of its ${split} split`)
    return { verdict: 'contradicted', because: list.join(', '), stands: true }
  }
  if (others.length === 0) return null
  return { verdict: 'undetermined', because: `${show(others[0]![1])} rows are of a split nobody names` }
}

/** A declaration is what the rows say; only what was found in the upstream set is known. */
function compared(found: SourceCoverage, asked: Asked): Omit<Part, 'name'> {
  const rows = found.declared + found.matched
  const seen = found.verified + found.matched
  if (!found.some) {
    const why = found.why === null ? '' : `: ${found.why}`
    const because = `${show(rows)} rows declare it; the upstream set was not compared${why}`
    return { verdict: 'not-checked', because }
  }
  if (seen === rows) return { verdict: 'verified', because: `${show(seen)} rows found in the upstream set` }
  const because = `${show(seen)} of the ${show(rows)} rows that declare it were found in the upstream set`
  if (!found.read) {
    return { verdict: 'undetermined', because: `${because}, and part of it was not read: ${found.why ?? ''}` }
  }
  if (seen === 0) return { verdict: 'contradicted', because }
  return { verdict: seen / rows >= asked.smallestFound ? 'within-tolerance' : 'undetermined', because }
}

function absent(found: SourceCoverage): Omit<Part, 'name'> {
  if (!found.some) return { verdict: 'not-checked', because: found.why ?? 'the upstream set was not read' }
  if (!found.read) {
    const because = `not found in what was read of the upstream set; the rest was not: ${found.why ?? ''}`
    return { verdict: 'undetermined', because, measured: 0 }
  }
  return { verdict: 'contradicted', because: 'no row declares it or was found in it', measured: 0 }
}

/** The first rows that are of another split or source than they should be: a reader can go and look. */
function places(components: readonly string[], measured: Measured): JsonValue[] {
  const rules = ['test-split', 'validation-split', 'source-contradicted']
  const found = rules.flatMap((rule) => measured.findings[`attribution/${rule}`] ?? [])
  return found
    .filter(({ place }) => place.kind === 'row' && components.includes(place.component))
    .slice(0, 10)
    .map(({ id, place, evidence }) => ({
      finding: id,
      place: place as unknown as JsonValue,
      source: evidence['source'] ?? null,
      split: evidence['split'] ?? null,
      item: evidence['item'] ?? null,
    }))
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
