import { z } from 'zod'
import type { JsonValue } from '../../core/json.ts'
import type { StageRecord } from '../../core/record.ts'
import type { Measured, Part } from '../kind.ts'
import { defineKind } from '../kind.ts'
import { listedOnlyRules } from '../lookup.ts'
import { hitsOf, tokenizerOfMethod } from '../measure-contamination.ts'
import { componentsOf, countExamples, obstaclesOf, stageOf, unreadText } from '../measure.ts'
import { show } from '../quantity.ts'
import { compose, unanswered, weaken } from '../verdict.ts'
import { COMPONENTS } from './fields.ts'

/** "Decontaminated against …": no row is found by a named method, benchmark by benchmark. */
export const noContamination = defineKind({
  name: 'no-contamination',
  title: 'Absence of benchmark items under a named method',
  keys: {
    method: z
      .string()
      .min(1)
      .describe('Method of the contamination stage that decides; the claimant’s own rule'),
    benchmarks: z
      .array(
        z.union([
          z.string().min(1),
          z.strictObject({
            name: z.string().min(1),
            unavailable: z.string().min(1).describe('Why nobody can read it'),
          }),
        ]),
      )
      .min(1),
    tokenizer: z.string().min(1).optional().describe('Tokenizer of the claimant’s run'),
    mostRows: z.number().int().nonnegative().default(0).describe('Rows that may be found'),
    alsoReport: z
      .array(z.string().min(1))
      .default([])
      .describe('Methods whose counts are shown without deciding'),
    components: COMPONENTS,
  },
  judge(body, { measured }) {
    const names = body.benchmarks.map((entry) => (typeof entry === 'string' ? entry : entry.name))
    const stated = { method: body.method, benchmarks: names, mostRows: body.mostRows }
    const stage = stageOf('contamination', measured)
    if ('missing' in stage) return unanswered('not-checked', stage.missing, { stated })
    const components = componentsOf(body.components, measured)
    const scope = { components, measured, stage }
    const parts = body.benchmarks.map((entry) =>
      typeof entry === 'string' ? found(entry, body, scope) : unavailable(entry),
    )
    const used = tokenizerOfMethod(stage, body.method)
    const foreign = body.tokenizer !== undefined && used !== null && used !== body.tokenizer
    const evidence = [...otherMethods(names, body.alsoReport, scope), ...places(body.method, names, scope)]
    const judged = compose(parts, { stated, measured: rowsOf(parts), evidence })
    const obstacles = [...obstaclesOf(components, measured), ...unreadText(components, measured)]
    if (countExamples(components, measured) === 0) obstacles.push('there is no row to look at')
    if (foreign) obstacles.push(`the rule ran with ${used}, the claimant's run with ${body.tokenizer}`)
    return weaken(judged, obstacles)
  },
})

interface Scope {
  components: readonly string[]
  measured: Measured
  stage: StageRecord
}

function found(benchmark: string, body: { method: string; mostRows: number }, scope: Scope): Part {
  const hits = hitsOf(scope.stage, body.method, benchmark, scope)
  if ('unread' in hits) return { name: benchmark, verdict: 'not-checked', because: hits.unread }
  const { rows, pairs, items, expected, tooShort } = hits
  const ok = rows <= body.mostRows
  const seen =
    rows === 0
      ? `no match found by "${body.method}"`
      : `${show(rows)} rows (${show(pairs)} pairs) found by "${body.method}"`
  const short = `${show(tooShort)} of its ${show(items)} items are too short for it to find`
  const because = tooShort === 0 ? seen : `${seen}; ${short}`
  // A rule that can find none of the items says nothing by finding none.
  if (ok && tooShort > 0 && tooShort >= items)
    return { name: benchmark, verdict: 'undetermined', because, measured: rows }
  if (ok && items < expected) {
    const read = `${because}, and only ${show(items)} of its ${show(expected)} items were read`
    return { name: benchmark, verdict: 'undetermined', because: read, measured: rows }
  }
  return { name: benchmark, verdict: ok ? 'verified' : 'contradicted', because, measured: rows, stands: true }
}

function unavailable(entry: { name: string; unavailable: string }): Part {
  return { name: entry.name, verdict: 'not-checked', because: entry.unavailable }
}

function rowsOf(parts: readonly Part[]): JsonValue {
  return Object.fromEntries(parts.map((part) => [part.name, part.measured ?? null]))
}

function otherMethods(benchmarks: readonly string[], methods: readonly string[], scope: Scope): JsonValue[] {
  return methods.map((method) => {
    const rows = benchmarks.map((benchmark) => {
      const hits = hitsOf(scope.stage, method, benchmark, scope)
      return [benchmark, 'unread' in hits ? null : hits.rows] as const
    })
    return { method, rows: Object.fromEntries(rows) }
  })
}

/** The first findings that count against the claim: a reader can go and look. */
function places(
  method: string,
  benchmarks: readonly string[],
  { components, stage, measured }: Scope,
): JsonValue[] {
  const listed = listedOnlyRules(stage)
  const hits = Object.keys(stage.findings)
    .sort()
    .filter((rule) => !listed.has(rule))
    .flatMap((rule) => measured.findings[rule] ?? [])
    .filter(({ place, benchmark, method: found }) => {
      const here = place.kind === 'row' && components.includes(place.component)
      return here && found === method && benchmark !== undefined && benchmarks.includes(benchmark)
    })
  return hits.slice(0, 10).map((finding) => ({
    finding: finding.id,
    benchmark: finding.benchmark ?? null,
    item: finding.item ?? null,
    place: finding.place as unknown as JsonValue,
  }))
}
