import { z } from 'zod'
import type { JsonObject, JsonValue } from '../../core/json.ts'
import type { StageRecord } from '../../core/record.ts'
import type { JudgeContext, Part } from '../kind.ts'
import { defineKind } from '../kind.ts'
import { FAR, loggedRows as parseRows, lookUp } from '../lookup.ts'
import type { LoggedRow, Lookup } from '../lookup.ts'
import { at, countExamples, failuresIn, numberAt, obstaclesOf, shown, stageOf } from '../measure.ts'
import { IN_LOG, LOG, logEvidence, logFiles, numberInLog, pointerPath, readLog } from '../published-file.ts'
import type { LogScope, Term } from '../published-file.ts'
import { show } from '../quantity.ts'
import { compose, weaken } from '../verdict.ts'

const COUNT = z.union([z.number().int().nonnegative(), IN_LOG])
const KEYS = {
  logs: z.record(z.string().min(1), LOG),
  flagged: IN_LOG.describe(
    'The flagged rows in a log: {"<prefix><row>": <benchmark row>}, or a list of rows',
  ),
  prefix: z.string().default('auto_id_').describe('What stands before the row number in the log'),
  component: z.string().min(1).describe('The published component the log is about'),
  before: COUNT.optional().describe('Rows before the removal, as the log says'),
  removed: COUNT.optional().describe('Rows removed, as the log says'),
  after: COUNT.optional().describe('Rows left, as the log says'),
  benchmarks: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe(
      'Benchmarks the log was made with, where it says so; otherwise every benchmark of the run is tried',
    ),
  methods: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe('Methods that decide; otherwise all of the run'),
}
type Body = z.output<z.ZodObject<typeof KEYS>>

/**
 * A decontamination log that names rows, against the data it was made for. The published rows may stand in another
 * order than the logged ones, so row numbers prove nothing by themselves: only where the listed rows match
 * benchmarks far above the base rate of the component are they the rows the log means.
 */
export const loggedRows = defineKind({
  name: 'logged-rows',
  title: 'Rows a published decontamination log flags are not in the published data',
  keys: KEYS,
  judge(body, context) {
    const scope = { logs: body.logs, ...context }
    const stated = { flagged: `${body.flagged.log}${body.flagged.pointer}`, component: body.component }
    const listed = flaggedRows(body, scope)
    if ('unread' in listed) {
      const unread: Part = { name: 'flagged rows', verdict: 'not-checked', because: listed.unread }
      const parts = [unread, ...counts(body, null, scope)]
      return compose(parts, { stated, evidence: logEvidence(scope) })
    }
    const looked = lookedUp(body, listed.rows, context)
    const parts = [
      ...counts(body, listed.rows.length, scope),
      ...sizes(body, listed.rows, context),
      looked.part,
    ]
    const obstacles = obstaclesOf([body.component], context.measured)
    const evidence = [...logEvidence(scope), ...looked.evidence]
    return weaken(compose(parts, { stated, evidence }), obstacles)
  },
  touched: ({ component }, measured) => failuresIn([component], measured),
  logs: (body) => logFiles(body.logs),
  sightings: (body) => [body.component],
})

function flaggedRows(body: Body, scope: LogScope): { rows: LoggedRow[] } | { unread: string } {
  const { log, pointer } = body.flagged
  const { content, unread } = readLog(log, scope)
  if (content === undefined) return { unread: unread ?? `no log is called "${log}"` }
  const rows = parseRows(at(content, ...pointerPath(pointer)), body.prefix)
  return 'not' in rows ? { unread: `${log}${pointer} does not list rows: ${rows.not}` } : { rows }
}

/** Do the log's own numbers agree, and with the number of rows that were published? */
function counts(body: Body, listed: number | null, scope: LogScope & JudgeContext): Part[] {
  const parts: Part[] = []
  const [before, removed, after] = [body.before, body.removed, body.after].map((count) =>
    termOf(count, scope),
  )
  if (listed !== null && known(removed))
    parts.push(
      equal(
        'rows flagged and rows removed',
        { value: listed, words: `${show(listed)} rows flagged` },
        removed,
      ),
    )
  if (known(before) && known(removed) && known(after)) {
    const value = after.value + removed.value
    const words = `${after.words} + ${removed.words} = ${show(value)}`
    parts.push(equal('rows left and rows removed make the rows before', { value, words }, before))
  }
  const published = countExamples([body.component], scope.measured)
  if (known(after)) parts.push(publishedPart(published, after, { before, removed }))
  for (const term of [before, removed, after]) {
    if (term !== null && term !== undefined && 'unread' in term) {
      parts.push({ name: 'counts of the log', verdict: 'not-checked', because: term.unread })
    }
  }
  return parts
}

type Read = Term | { unread: string } | null

function termOf(count: Body['before'], scope: LogScope): Read {
  if (count === undefined) return null
  return typeof count === 'number' ? { value: count, words: show(count) } : numberInLog(count, scope)
}

function known(term: Read | undefined): term is Term {
  return term !== null && term !== undefined && !('unread' in term)
}

function equal(name: string, left: Term, right: Term): Part {
  const ok = left.value === right.value
  const because = `${left.words} ${ok ? 'equals' : 'differs from'} ${right.words}`
  return {
    name,
    verdict: ok ? 'verified' : 'contradicted',
    because,
    measured: [left.value, right.value],
    stands: true,
  }
}

function publishedPart(
  published: number,
  after: Term,
  { before, removed }: { before: Read | undefined; removed: Read | undefined },
): Part {
  const name = 'the published component has the rows the log leaves'
  const words = `${show(published)} rows are published, ${after.words} are left by the log`
  if (published === after.value) return { name, verdict: 'verified', because: words, measured: published }
  const earlier = known(before) ? before.value : known(removed) ? after.value + removed.value : null
  const means =
    published === earlier ? ': the published component has the size from before its decontamination' : ''
  return { name, verdict: 'contradicted', because: `${words}${means}`, measured: published }
}

/** Could the benchmark rows the log gives be rows of a benchmark that was read? */
function sizes(body: Body, listed: readonly LoggedRow[], { measured }: JudgeContext): Part[] {
  const largest = Math.max(-1, ...listed.map(({ evalIndex }) => evalIndex ?? -1))
  if (largest < 0) return []
  const name = 'size of the benchmark'
  const stage = stageOf('contamination', measured)
  if ('missing' in stage) return [{ name, verdict: 'not-checked', because: stage.missing }]
  const all = benchmarkSizes(body, stage)
  const lead = `the log names benchmark row ${show(largest)}, so its benchmark has at least ${show(largest + 1)} rows`
  const fit = all.filter(({ items }) => items > largest)
  const sizeOf = (one: { name: string; items: number }): string => `${one.name} has ${show(one.items)}`
  if (fit.length > 0) {
    return [
      { name, verdict: 'verified', because: `${lead}; ${fit.map(sizeOf).join(', ')}`, measured: largest },
    ]
  }
  const together = all.reduce((sum, { items }) => sum + items, 0)
  const rest = `${lead}; ${all.map(sizeOf).join(', ') || 'no benchmark was read'}`
  const whole = body.benchmarks?.every((asked) => all.some((one) => one.name === asked && one.whole)) ?? false
  const small = together <= largest
  const verdict = whole && small ? 'contradicted' : 'undetermined'
  const why = small ? `, ${show(together)} together` : `: only together (${show(together)}) could they be it`
  return [{ name, verdict, because: `${rest}${why}`, measured: largest }]
}

function benchmarkSizes(body: Body, stage: StageRecord): { name: string; items: number; whole: boolean }[] {
  const metrics = at(stage.metrics, 'benchmarks')
  const names = Object.keys((metrics ?? {}) as JsonObject).sort()
  return names
    .filter((name) => body.benchmarks?.includes(name) ?? true)
    .map((name) => {
      const items = numberAt(metrics, name, 'items') ?? 0
      const expected = numberAt(metrics, name, 'expectedItems') ?? items
      return { name, items: Math.max(items, expected), whole: items >= expected }
    })
}

function lookedUp(
  body: Body,
  listed: readonly LoggedRow[],
  { measured, inputs }: JudgeContext,
): { part: Part; evidence: JsonValue[] } {
  const name = 'rows at the flagged numbers'
  const without = (because: string): { part: Part; evidence: JsonValue[] } => ({
    part: { name, verdict: 'not-checked', because },
    evidence: [],
  })
  const stage = stageOf('contamination', measured)
  if ('missing' in stage) return without(stage.missing)
  const read = benchmarkSizes(body, stage)
  if (read.length === 0) return without('none of the benchmarks was read')
  const ran = Object.keys((at(stage.metrics, 'methods') ?? {}) as JsonObject)
  const missing = body.methods?.find((method) => !ran.includes(method))
  if (missing !== undefined) return without(`the method "${missing}" was not part of this run`)
  const scope = { component: body.component, measured, inputs, stage }
  const found = lookUp(listed, {
    ...scope,
    methods: body.methods ?? null,
    benchmarks: body.benchmarks ?? null,
  })
  const beyond = listed.filter(({ row }) => row >= found.rows).length
  const complete =
    body.benchmarks?.every((one) => read.some((have) => have.name === one && have.whole)) ?? false
  return { part: { name, ...verdictOf(found, { beyond, complete }) }, evidence: evidenceOf(found, read) }
}

function verdictOf(
  found: Lookup,
  { beyond, complete }: { beyond: number; complete: boolean },
): Pick<Part, 'verdict' | 'because' | 'measured' | 'stands'> {
  const { hits, listed, marked, rows, tail, sameItem } = found
  const measured = { listed, hits, rows, marked, sameItem, tail }
  const counted = `${show(hits)} of the ${show(listed)} flagged row numbers match a benchmark, ${show(marked)} of all ${show(rows)} rows do (${rounded(found.expected)} expected by chance, p = ${tail})`
  if (beyond > 0) {
    const because = `${show(beyond)} of ${show(listed)} flagged row numbers are beyond the ${show(rows)} rows published: the log counts rows of another table; ${counted}`
    return { verdict: 'undetermined', because, measured }
  }
  if (found.far) {
    const because = `${counted}: far above the base rate, so the published rows stand in the order of the log and the flagged rows are there`
    return { verdict: 'contradicted', because, measured }
  }
  if (complete && marked === 0) {
    const because = `no row of the component matches the benchmarks the log names, wherever it stands (${show(rows)} rows)`
    return { verdict: 'verified', because, measured }
  }
  const because = `${counted}: not far above the base rate, so nothing says that the published rows stand in the order of the log`
  return { verdict: 'undetermined', because, measured }
}

function evidenceOf(found: Lookup, read: readonly { name: string }[]): JsonValue[] {
  const { rows, marked, listed, hits, sameItem, tail, atListed, elsewhere } = found
  const test: JsonObject = {
    test: 'hypergeometric, upper tail; 95 % intervals by Wilson',
    far: `p < ${FAR.tail} and odds at the flagged rows ≥ ${FAR.oddsRatio} × the odds elsewhere, by the near ends of the intervals`,
    order: 'files of the component in path order, rows counted from 0',
    benchmarks: read.map(({ name }) => name),
    ...{ rows, marked, listed, hits, sameItem, tail, expected: rounded(found.expected) },
    atListed: atListed.map(rounded),
    elsewhere: elsewhere.map(rounded),
  }
  const places = found.found.map(({ logged, sighting }): JsonObject => {
    const { path, row, method, benchmark, item, evalIndex, finding } = sighting
    return {
      loggedRow: logged.row,
      loggedItem: logged.evalIndex,
      path,
      row,
      method,
      benchmark,
      item,
      evalIndex,
      finding,
    }
  })
  return [test, ...shown(places)]
}

function rounded(value: number): number {
  return Number(value.toPrecision(4))
}
