/**
 * Runs a stage in process, without files, threads or engine: examples in, findings and metrics out. Slices and
 * batches are cut as asked, so that a test can show that the cut does not matter.
 */
import { hash } from 'node:crypto'
import { FindingBlock, standalone } from '../../src/core/finding-block.ts'
import { canonicalJson } from '../../src/core/json.ts'
import type { JsonObject, JsonValue } from '../../src/core/json.ts'
import type { Batch, Column, PackedBytes, UnreadFields, WordView } from '../../src/core/batch.ts'
import { ROLE_CODE, UNREADABLE } from '../../src/core/example.ts'
import type { Example, ExampleColumns, Role, UnreadField, UnreadableReason } from '../../src/core/example.ts'
import type { EvidenceLevel, Finding } from '../../src/core/finding.ts'
import type { Plan, ShardInfo } from '../../src/core/plan.ts'
import type {
  NotChecked,
  Resources,
  RoundInput,
  SliceTally,
  Stage,
  StageResult,
  TallyOutline,
} from '../../src/core/stage.ts'
import type { RowRef } from '../../src/core/source.ts'
import { isTypedArray } from '../../src/core/tally.ts'
import type { Tally } from '../../src/core/tally.ts'
import { AuditError } from '../../src/core/error.ts'
import { hash128 } from '../../src/text/hash.ts'
import { makeWords } from '../../src/text/words.ts'

export interface MemoryTurn {
  role: Role
  text: string | Uint8Array
  flags?: number
  label?: string
  /** What it holds beside, by field as the report names it. */
  unread?: Readonly<Record<string, string>>
}

export interface MemoryExample {
  turns: readonly MemoryTurn[]
  columns?: Readonly<Record<string, JsonValue>>
  unreadable?: UnreadableReason
}

export interface MemoryShard {
  component: string
  path: string
  examples: readonly MemoryExample[]
  split?: string
  /** A file of a second corpus; give these last. */
  against?: true
}

export interface MemoryRunOptions {
  /** What another stage counted of each row, slice by slice. */
  rowFigures?: () => AsyncIterable<Readonly<Record<string, Uint32Array>>>
  sliceRows?: number
  batchRows?: number
  resources?: Resources
  evidence?: EvidenceLevel
  /** Names of the declared id and source columns. */
  id?: string | null
  source?: string | null
}

export interface MemoryRun {
  findings: Finding[]
  result: StageResult
  metrics: JsonObject
  notChecked: NotChecked[]
  warnings: string[]
}

const encoder = new TextEncoder()

/** One user and one assistant turn, the commonest example. */
export function chat(
  user: string,
  assistant: string,
  columns: Readonly<Record<string, JsonValue>> = {},
): MemoryExample {
  return {
    turns: [
      { role: 'user', text: user },
      { role: 'assistant', text: assistant },
    ],
    columns,
  }
}

export async function memoryRun<Index>(
  stage: Stage<Index>,
  shards: readonly MemoryShard[],
  options: MemoryRunOptions = {},
): Promise<MemoryRun> {
  const plan = memoryPlan(shards, options)
  const notChecked: NotChecked[] = []
  const warnings: string[] = []
  const evidence = options.evidence ?? 'snippet'
  const log = {
    notChecked: (entry: NotChecked) => void notChecked.push(entry),
    warn: (message: string) => void warnings.push(message),
  }
  const resources = options.resources ?? noResources
  const index = structuredClone(await stage.prepare({ plan, resources, evidence, ...log }))
  const tallies = await scanAll(stage, index, plan, shards, options)
  const examples = (rows: readonly RowRef[]) => lookUp(plan, shards, rows)
  async function* round(
    name: string,
    inputs: Iterable<RoundInput> | AsyncIterable<RoundInput>,
  ): AsyncIterable<Tally> {
    const run = stage.rounds?.[name]
    if (run === undefined) throw new Error(`stage ${stage.name} has no round ${name}`)
    for await (const input of inputs)
      yield structuredClone(await run(structuredClone(input), index, { examples }))
  }
  const reduction = stage.reduce(later(tallies), index, {
    ...{ plan, evidence, examples, round, threads: 1, roundsDone: () => undefined, ...log },
    records: (rows) => later(recordsOf(shards, rows)),
    outlines: () => later(outlinesOf(tallies)),
    tallyRound: (name, inputs) => round(name, withTallies(inputs, tallies)),
    rowFigures: options.rowFigures ?? async function* () {},
  })
  const findings: Finding[] = []
  for (;;) {
    const step = await reduction.next()
    if (step.done === true)
      return { findings, result: step.value, metrics: step.value.metrics, notChecked, warnings }
    for (const finding of step.value instanceof FindingBlock ? step.value : [step.value])
      findings.push(standalone(finding))
  }
}

function* recordsOf(shards: readonly MemoryShard[], rows: readonly RowRef[]): Generator<Uint32Array> {
  for (const { shard, row } of eachOnce(rows)) {
    const record = encoder.encode(recordText(exampleOf(shards, shard, row)))
    const hash = new Uint32Array(4)
    hash128(record, 0, record.length, hash, 0)
    yield hash
  }
}

function* outlinesOf(tallies: readonly SliceTally[]): Generator<TallyOutline> {
  for (const { tally, ...place } of tallies) {
    const lengths: Record<string, number> = {}
    const values: Record<string, JsonValue> = {}
    for (const [name, value] of Object.entries(tally)) {
      if (isTypedArray(value)) lengths[name] = value.length
      else values[name] = value
    }
    yield { ...place, lengths, values }
  }
}

function* withTallies(inputs: Iterable<RoundInput>, tallies: readonly SliceTally[]): Generator<RoundInput> {
  let slice = 0
  for (const input of inputs) yield { ...input, ...tallies[slice++]!.tally }
}

async function* later<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items
}

async function scanAll<Index>(
  stage: Stage<Index>,
  index: Index,
  plan: Plan,
  shards: readonly MemoryShard[],
  options: MemoryRunOptions,
): Promise<SliceTally[]> {
  const tallies: SliceTally[] = []
  for (const [number, slice] of plan.slices.entries()) {
    const shard = shards[slice.shard]
    if (shard === undefined) throw new Error('slice without shard')
    const scanner = await stage.scanner(index)
    const size = options.batchRows ?? Infinity
    for (let from = slice.start; from < slice.end; from += size) {
      const to = Math.min(slice.end, from + size)
      scanner.scan(batchOf(shard.examples.slice(from, to), slice.shard, from, plan.columns))
    }
    const tally = structuredClone(scanner.tally())
    tallies.push({ slice: number, shard: slice.shard, component: shard.component, tally })
  }
  return tallies
}

/** Shards are sorted as a plan sorts them; slices number rows here, because there are no row groups. */
export function memoryPlan(shards: readonly MemoryShard[], options: MemoryRunOptions = {}): Plan {
  const sorted = [...shards].sort(
    (a, b) =>
      Number(a.against ?? 0) - Number(b.against ?? 0) ||
      compare(a.component, b.component) ||
      compare(a.path, b.path),
  )
  if (sorted.some((shard, i) => shard !== shards[i]))
    throw new Error('give shards sorted by component, then path')
  const size = options.sliceRows ?? Infinity
  const columns: ExampleColumns = {
    shape: { kind: 'turns', column: 'conversations', roleField: 'from', contentField: 'value' },
    id: options.id === undefined ? 'id' : options.id,
    source: options.source === undefined ? 'source' : options.source,
  }
  return {
    source: { uri: 'memory', revision: null, commitDate: null },
    ...(shards.some(({ against }) => against)
      ? { against: { uri: 'second', revision: null, commitDate: null } }
      : {}),
    shards: shards.map(shardInfo),
    slices: shards.flatMap((shard, i) => {
      const rows = shard.examples.length
      const starts: number[] = []
      for (let start = 0; start < Math.max(rows, 1); start += size) starts.push(start)
      return starts.map((start) => {
        const end = Math.min(rows, start + size)
        return { shard: i, start, end, firstRow: start, rows: end - start }
      })
    }),
    columns,
    bytes: { total: 0, cached: 0, download: 0, diskNeeded: 0 },
    limit: null,
  }
}

function shardInfo(shard: MemoryShard): ShardInfo {
  return {
    component: shard.component,
    path: shard.path,
    bytes: 0,
    rows: shard.examples.length,
    sha256: null,
    format: 'jsonl',
    location: { kind: 'file', path: shard.path },
    schema: null,
    writer: null,
    ...(shard.split === undefined ? {} : { split: shard.split }),
    ...(shard.against === undefined ? {} : { against: shard.against }),
    rowGroups: null,
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Examples as the batch a reader would make of them. */
export function batchOf(
  examples: readonly MemoryExample[],
  shard = 0,
  firstRow = 0,
  schema: ExampleColumns = memoryPlan([]).columns,
): Batch {
  const turns = examples.flatMap((example) => (example.unreadable === undefined ? example.turns : []))
  const texts = pack(
    turns.map((turn) => (typeof turn.text === 'string' ? encoder.encode(turn.text) : turn.text)),
  )
  const counts = examples.map((example) => (example.unreadable === undefined ? example.turns.length : 0))
  let words: WordView | undefined
  const named = [...turns.keys()].filter((turn) => turns[turn]!.label !== undefined)
  return {
    shard,
    firstRow,
    length: examples.length,
    turnStart: prefixSums(counts),
    role: Uint8Array.from(turns, (turn) => ROLE_CODE[turn.role]),
    turnFlags: Uint8Array.from(turns, (turn) => turn.flags ?? 0),
    textStart: texts.start,
    bytes: texts.bytes,
    unreadable: Uint8Array.from(examples, (e) =>
      e.unreadable === undefined ? 0 : UNREADABLE.indexOf(e.unreadable),
    ),
    unknownRoles: { turn: named, label: named.map((turn) => turns[turn]!.label!) },
    unread: unreadOf(turns),
    columns: columnsOf(examples),
    schema,
    records: () => pack(examples.map((example) => encoder.encode(recordText(example)))),
    words: () => (words ??= makeWords({ textStart: texts.start, turns: turns.length, bytes: texts.bytes })),
  }
}

function unreadOf(turns: readonly MemoryTurn[]): UnreadFields {
  const values = turns.flatMap(({ unread = {} }, turn) =>
    Object.entries(unread).map(([field, value]) => ({ turn, field, sha256: hash('sha256', value) })),
  )
  return {
    turn: values.map(({ turn }) => turn),
    field: values.map(({ field }) => field),
    sha256: values.map(({ sha256 }) => sha256),
  }
}

function recordText(example: MemoryExample): string {
  const turns = example.turns.map((turn) => [turn.role, String(turn.text), turn.unread ?? {}])
  return canonicalJson([turns, example.columns ?? {}])
}

function columnsOf(examples: readonly MemoryExample[]): Map<string, Column> {
  const names = new Set(examples.flatMap((example) => Object.keys(example.columns ?? {})))
  return new Map(
    [...names].sort().map((name) => [name, column(examples.map((e) => e.columns?.[name] ?? null))]),
  )
}

function column(values: readonly JsonValue[]): Column {
  const valid = Uint8Array.from(values, (value) => (value === null ? 0 : 1))
  if (values.every((value) => value === null || typeof value === 'number')) {
    return { kind: 'number', values: Float64Array.from(values, (value) => Number(value ?? 0)), valid }
  }
  if (values.every((value) => value === null || typeof value === 'boolean')) {
    return { kind: 'boolean', values: Uint8Array.from(values, (value) => Number(value ?? 0)), valid }
  }
  const json = values.some((value) => value !== null && typeof value !== 'string')
  const texts = values.map((value) => (value === null ? '' : json ? canonicalJson(value) : String(value)))
  return { kind: 'utf8', json, ...pack(texts.map((text) => encoder.encode(text))), valid }
}

function pack(texts: readonly Uint8Array[]): PackedBytes {
  const start = prefixSums(texts.map((text) => text.length))
  const bytes = new Uint8Array(start[texts.length] ?? 0)
  for (const [i, text] of texts.entries()) bytes.set(text, start[i])
  return { start, bytes }
}

function prefixSums(counts: readonly number[]): Int32Array {
  const sums = new Int32Array(counts.length + 1)
  for (const [i, count] of counts.entries()) sums[i + 1] = (sums[i] ?? 0) + count
  return sums
}

async function* lookUp(
  plan: Plan,
  shards: readonly MemoryShard[],
  rows: readonly RowRef[],
): AsyncIterable<Example> {
  for (const ref of eachOnce(rows)) {
    const example = exampleOf(shards, ref.shard, ref.row)
    const columns = example.columns ?? {}
    const id = plan.columns.id === null ? undefined : columns[plan.columns.id]
    yield {
      shard: ref.shard,
      row: ref.row,
      turns: example.turns.map((turn) => ({
        role: turn.role,
        text: typeof turn.text === 'string' ? encoder.encode(turn.text) : turn.text,
      })),
      columns,
      unread: unreadFields(example.turns),
      exampleId: id === undefined || id === null ? null : String(id),
    }
  }
}

function unreadFields(turns: readonly MemoryTurn[]): UnreadField[] {
  const { turn, field, sha256 } = unreadOf(turns)
  return turn.map((index, i) => ({ turn: index, field: field[i]!, sha256: sha256[i]! }))
}

function* eachOnce(rows: readonly RowRef[]): Generator<RowRef> {
  const wanted = [...rows].sort((a, b) => a.shard - b.shard || a.row - b.row)
  let last: RowRef | undefined
  for (const ref of wanted) {
    if (last?.shard === ref.shard && last.row === ref.row) continue
    last = ref
    yield ref
  }
}

function exampleOf(shards: readonly MemoryShard[], shard: number, row: number): MemoryExample {
  const example = shards[shard]?.examples[row]
  if (example === undefined) throw new Error(`no row ${row} in shard ${shard}`)
  return example
}

const noResources: Resources = {
  file: (ref) =>
    Promise.reject(new AuditError('SOURCE_EMPTY', { what: `no resources in this test: ${ref.kind}` })),
  table: (ref) =>
    Promise.reject(new AuditError('SOURCE_EMPTY', { what: `no resources in this test: ${ref.kind}` })),
}
