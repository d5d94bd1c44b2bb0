import { FindingBlock } from '../../../core/finding-block.ts'
import type { Finding } from '../../../core/finding.ts'
import { canonicalJson } from '../../../core/json.ts'
import type { JsonValue } from '../../../core/json.ts'
import type { Plan, ShardInfo } from '../../../core/plan.ts'
import type { RowRef } from '../../../core/source.ts'
import type { ReduceContext, RoundInput, Stage, StageContext, TallyOutline } from '../../../core/stage.ts'
import { isTypedArray } from '../../../core/tally.ts'
import type { Tally } from '../../../core/tally.ts'
import { hash128 } from '../../../text/hash.ts'
import { memoryBatch } from '../../../text/memory-batch.ts'
import type { Level } from '../levels.ts'
import type { Row } from './plant.ts'

const BATCH_ROWS = 1000
const encoder = new TextEncoder()

/** A pair the stage found, by places in the rows given. */
export interface FoundPair {
  level: Level
  a: number
  b: number
  /** Number of the group among its level's. */
  group: number
}

/** Rows of one component, with their places in the rows given. */
interface Part {
  component: string
  rows: readonly Row[]
  places: readonly number[]
}

/** Runs the stage over rows in memory, in this thread, one file a component, and gives back every pair it finds. */
export async function findPairs(
  stage: Stage,
  rows: readonly Row[],
  context: StageContext,
): Promise<FoundPair[]> {
  const parts = partsOf(rows)
  const plan = planOf(parts, context.plan)
  const index = await stage.prepare({ ...context, plan })
  const tallies: Tally[] = []
  for (const [shard, { rows: own }] of parts.entries()) {
    const scanner = await stage.scanner(index)
    for (let firstRow = 0; firstRow < own.length; firstRow += BATCH_ROWS)
      scanner.scan(memoryBatch(own.slice(firstRow, firstRow + BATCH_ROWS), { shard, firstRow }))
    // The next scanner of this thread writes over the arrays.
    tallies.push(structuredClone(scanner.tally()))
  }
  const reduction = stage.reduce(
    later([]),
    index,
    reduceContext({ stage, index, parts, tallies }, { ...context, plan }),
  )
  const pairs: FoundPair[] = []
  for (;;) {
    const step = await reduction.next()
    if (step.done === true) return pairs
    const found = step.value instanceof FindingBlock ? [...step.value] : [step.value]
    for (const one of found) pairs.push(...pairOf(one, parts))
  }
}

function partsOf(rows: readonly Row[]): Part[] {
  const components = [...new Set(rows.map(({ component }) => component))].sort()
  return components.map((component) => {
    const places = [...rows.keys()].filter((i) => rows[i]?.component === component)
    return { component, rows: places.map((i) => rows[i] as Row), places }
  })
}

function planOf(parts: readonly Part[], { source, columns, bytes }: Plan): Plan {
  return {
    ...{ source, columns, bytes, limit: null },
    shards: parts.map(({ component, rows }): ShardInfo => ({
      ...{ component, path: component, bytes: 0, rows: rows.length, sha256: null, format: 'jsonl' },
      ...{ location: { kind: 'file', path: component }, schema: null, writer: null, rowGroups: null },
    })),
    slices: parts.map(({ rows }, shard) => ({
      ...{ shard, start: 0, end: rows.length, firstRow: 0, rows: rows.length },
    })),
  }
}

interface Run {
  stage: Stage
  index: unknown
  parts: readonly Part[]
  tallies: readonly Tally[]
}

function reduceContext(run: Run, context: StageContext): ReduceContext {
  const { stage, index, parts, tallies } = run
  const examples: ReduceContext['examples'] = (rows) =>
    later(eachOnce(rows).map((ref) => ({ ...ref, ...rowAt(parts, ref), exampleId: null })))
  async function* round(
    name: string,
    inputs: Iterable<RoundInput> | AsyncIterable<RoundInput>,
  ): AsyncGenerator<Tally> {
    const work = stage.rounds?.[name]
    if (work === undefined) throw new RangeError(`no round ${name}`)
    // Copied as between threads: what a round does to its input is its own.
    for await (const input of inputs)
      yield structuredClone(await work(structuredClone(input), index, { examples }))
  }
  const withTallies = function* (inputs: Iterable<RoundInput>): Generator<RoundInput> {
    let shard = 0
    for (const input of inputs) yield { ...input, ...tallies[shard++] }
  }
  return {
    ...{ plan: context.plan, evidence: 'hash', threads: 1, examples, round },
    records: (rows) => later(eachOnce(rows).map((ref) => recordHash(rowAt(parts, ref)))),
    rowFigures: () => later([]),
    outlines: () => later(tallies.map((tally, shard) => outlineOf(tally, shard, parts))),
    tallyRound: (name, inputs) => round(name, withTallies(inputs)),
    roundsDone: () => undefined,
    notChecked: context.notChecked,
    warn: context.warn,
  }
}

function outlineOf(tally: Tally, shard: number, parts: readonly Part[]): TallyOutline {
  const lengths: Record<string, number> = {}
  const values: Record<string, JsonValue> = {}
  for (const [name, value] of Object.entries(tally)) {
    if (isTypedArray(value)) lengths[name] = value.length
    else values[name] = value
  }
  return { slice: shard, shard, component: parts[shard]?.component ?? '', lengths, values }
}

function rowAt(parts: readonly Part[], { shard, row }: RowRef): Row {
  return parts[shard]?.rows[row] as Row
}

/** In row order, every row once. */
function eachOnce(rows: readonly RowRef[]): RowRef[] {
  const sorted = [...rows].sort((p, q) => p.shard - q.shard || p.row - q.row)
  return sorted.filter(({ shard, row }, i) => sorted[i - 1]?.shard !== shard || sorted[i - 1]?.row !== row)
}

function recordHash({ turns, columns }: Row): Uint32Array {
  const held = Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== null))
  const text = turns.map((turn) => [turn.role, Buffer.from(turn.text).toString('latin1')])
  const record = encoder.encode(canonicalJson([text, held]))
  const hash = new Uint32Array(4)
  hash128(record, 0, record.length, hash, 0)
  return hash
}

function pairOf(
  { rule, place, evidence }: Pick<Finding, 'rule' | 'place' | 'evidence'>,
  parts: readonly Part[],
): FoundPair[] {
  if (place.kind !== 'pair') return []
  const group = evidence['group'] as { number: number } | undefined
  const placeIn = ({ component, row }: { component: string; row: number }): number =>
    parts.find((part) => part.component === component)?.places[row] as number
  const level = rule.slice(rule.indexOf('/') + 1) as Level
  return [{ level, a: placeIn(place.a), b: placeIn(place.b), group: group?.number ?? -1 }]
}

async function* later<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items
}
