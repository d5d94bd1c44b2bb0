import { parse } from 'yaml'
import { accessTo } from '../../core/access.ts'
import { unusableText } from '../../core/benchmark-notes.ts'
import { closest } from '../../core/closest.ts'
import { AuditError } from '../../core/error.ts'
import type { JsonObject, JsonValue } from '../../core/json.ts'
import type { StageContext, Table, TableRef } from '../../core/stage.ts'
import { settleAnswers } from './answers.ts'
import type { Draft, Unresolved } from './answers.ts'
import { folded } from './columns.ts'
import { readItem } from './fields.ts'
import type { BenchmarkItem } from './items.ts'
import type { BenchmarkOption, FieldMapping, HubPlace, PromptForm } from './options.ts'
import { summarise } from './unresolved.ts'
import type { AnswersUnresolved } from './unresolved.ts'

/** An entry of data/benchmarks.yaml. */
interface RegistryEntry {
  hub?: HubPlace | readonly HubPlace[]
  items?: number
  prompt?: PromptForm
  fields?: FieldMapping
  licence?: string
  /** For readers of the registry: what of the entry was held against published text. */
  checked?: string
  unavailable?: string
  needs?: string
}

/** A benchmark that was read: its items and what the report says of where they come from. */
export interface Benchmark {
  name: string
  items: readonly BenchmarkItem[]
  prompt: PromptForm
  unusable: Readonly<Record<string, number>>
  /** Answers the file gives and that name none of the options; null where there are none. */
  answersUnresolved: AnswersUnresolved | null
  sha256: string
  origin: string
  revision: string | null
  licence: string | null
  /** Items the registry says the set has; null where it does not say. */
  expected: number | null
}

/** Longest text of one item, in UTF-16 units: more is not a benchmark item, and would only cost memory. */
const LONGEST_ITEM = 1_000_000

/**
 * Reads the benchmarks asked for. A local file the user named must be readable; a published set that cannot be
 * reached is recorded as not checked, and the others go on.
 * @throws AuditError BENCHMARK_INVALID for an unknown name, a local file that cannot be used, and when nothing is left.
 */
export async function readBenchmarks(
  options: readonly BenchmarkOption[],
  context: StageContext,
): Promise<Benchmark[]> {
  const registry = await readRegistry(context)
  const benchmarks: Benchmark[] = []
  for (const option of options) {
    const entry = registry[option.name] ?? {}
    const benchmark =
      option.file === undefined
        ? await fromHub(option, entry, { context, known: Object.keys(registry) })
        : await fromFile(option, entry, context)
    if (benchmark !== null) benchmarks.push(benchmark)
  }
  return benchmarks
}

async function readRegistry(context: StageContext): Promise<Record<string, RegistryEntry>> {
  const file = await context.resources.file({ kind: 'package', path: 'benchmarks.yaml' })
  return parse(new TextDecoder().decode(file.bytes)) as Record<string, RegistryEntry>
}

async function fromFile(
  option: BenchmarkOption,
  entry: RegistryEntry,
  context: StageContext,
): Promise<Benchmark> {
  try {
    const table = await context.resources.table({ kind: 'local', path: option.file as string })
    // A local copy has assay's own columns unless a mapping is given: the registry's mapping is for the Hub's.
    return await read(option, { ...entry, fields: option.fields ?? {} }, { tables: [table], context })
  } catch (error) {
    if (
      error instanceof AuditError &&
      (error.code === 'PATH_OUTSIDE' || error.code === 'BENCHMARK_INVALID')
    ) {
      throw error
    }
    throw new AuditError('BENCHMARK_INVALID', {
      what: `the benchmark "${option.name}" cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      where: option.file as string,
      expected: 'JSONL, JSON, CSV or Parquet with a question in every row',
      cause: error,
    })
  }
}

async function fromHub(
  option: BenchmarkOption,
  entry: RegistryEntry,
  { context, known }: { context: StageContext; known: readonly string[] },
): Promise<Benchmark | null> {
  const what = `benchmark ${option.name}`
  if (option.hub === undefined && entry.unavailable !== undefined) {
    const needs = entry.needs ?? `the items as a local file: { name: ${option.name}, file: … }`
    context.notChecked({ what, why: entry.unavailable, needs })
    return null
  }
  const hub = option.hub ?? entry.hub
  if (hub === undefined) throw unknown(option.name, known)
  try {
    const tables: Table[] = []
    for (const place of Array.isArray(hub) ? (hub as readonly HubPlace[]) : [hub as HubPlace]) {
      tables.push(await context.resources.table(tableRef(place)))
    }
    return await read(option, { ...entry, fields: option.fields ?? entry.fields ?? {} }, { tables, context })
  } catch (error) {
    if (!(error instanceof AuditError)) throw error
    context.notChecked({
      what,
      why: `it could not be read: ${error.message}`,
      needs: accessTo(`it, or a local copy: { name: ${option.name}, file: … }`),
    })
    return null
  }
}

function tableRef(place: HubPlace): TableRef {
  const { dataset, config, split, revision, glob } = place
  return {
    kind: 'hub',
    repo: dataset,
    revision: revision ?? 'main',
    ...(config === undefined ? {} : { config }),
    ...(split === undefined ? {} : { split }),
    ...(glob === undefined ? {} : { glob }),
  }
}

function unknown(name: string, known: readonly string[]): AuditError {
  const near = closest(name, known)
  return new AuditError('BENCHMARK_INVALID', {
    what: `no benchmark is called "${name}"`,
    expected: `one of ${known.join(', ')}, or { name, file }, or { name, hub }`,
    ...(near === null ? {} : { fix: `did you mean "${near}"?` }),
  })
}

async function read(
  option: BenchmarkOption,
  entry: RegistryEntry,
  { tables, context }: { tables: readonly Table[]; context: StageContext },
): Promise<Benchmark> {
  const all = await readRows(tables, entry.fields ?? {})
  checkMapping(option, tables, all.columns)
  if (all.items.length === 0) throw nothingUsable(option.name, tables, all)
  const { items, unusable, unresolved } = all
  for (const why of unusableText(option.name, items.length, unusable)) {
    const needs = 'a question and readable options in every row, or the columns they stand in'
    context.notChecked({ what: `some items of the benchmark ${option.name}`, why, needs })
  }
  const first = tables[0] as Table
  const hasOptions = items.some((item) => item.options.length > 0)
  return {
    name: option.name,
    items: uniqueIds(items),
    prompt: option.prompt ?? entry.prompt ?? (hasOptions ? 'question+options' : 'question'),
    unusable,
    answersUnresolved: summarise(unresolved, context.evidence),
    sha256: tables.length === 1 ? first.sha256 : tables.map((table) => table.sha256).join('+'),
    origin: tables.map((table) => table.origin).join(', '),
    revision: first.revision,
    licence: option.licence ?? entry.licence ?? first.licence,
    expected: entry.items ?? null,
  }
}

interface ReadRows {
  items: BenchmarkItem[]
  unusable: Record<string, number>
  unresolved: Unresolved[]
  rows: number
  /** Names of the columns of all rows. */
  columns: Set<string>
}

/** Answers are settled table by table: what numbers mean may differ between two files of one benchmark. */
async function readRows(tables: readonly Table[], fields: FieldMapping): Promise<ReadRows> {
  const all: ReadRows = { items: [], unusable: {}, unresolved: [], rows: 0, columns: new Set() }
  for (const table of tables) {
    const drafts: Draft[] = []
    for await (const row of table.rows) {
      for (const name of Object.keys(row)) all.columns.add(name)
      const result = usable(row, fields, all.rows++)
      if ('draft' in result) drafts.push(result.draft)
      else all.unusable[result.unusable] = (all.unusable[result.unusable] ?? 0) + 1
    }
    const { items, unresolved } = settleAnswers(drafts)
    for (const item of items) all.items.push(item)
    for (const each of unresolved) all.unresolved.push(each)
  }
  return all
}

/** A column that was named and that no row has is a mistake: what stands there would be missing without a word. */
function checkMapping(
  { name, fields = {} }: BenchmarkOption,
  tables: readonly Table[],
  columns: Set<string>,
) {
  const known = new Set([...columns].map(folded))
  if (known.size === 0) return
  for (const [field, mapped] of Object.entries(fields) as [string, JsonValue][]) {
    const named = (Array.isArray(mapped) ? mapped : [mapped]) as readonly JsonValue[]
    const missing = named.find((column) => typeof column === 'string' && !known.has(folded(column)))
    if (missing === undefined) continue
    const shown = [...columns].slice(0, 20).map((column) => column.slice(0, 60))
    const near = closest(String(missing), shown)
    throw new AuditError('BENCHMARK_INVALID', {
      what: `no row of the benchmark "${name}" has the column its ${field} is to be read from`,
      where: tables.map((table) => table.origin).join(', '),
      expected: `one of ${shown.join(', ')}`,
      got: `"${String(missing)}"`,
      ...(near === null ? {} : { fix: `did you mean "${near}"?` }),
    })
  }
}

function nothingUsable(name: string, tables: readonly Table[], { rows, unusable }: ReadRows): AuditError {
  const counts = Object.entries(unusable).map(([why, n]) => `${n} × ${why}`)
  return new AuditError('BENCHMARK_INVALID', {
    what: `the benchmark "${name}" has no usable item`,
    where: tables.map((table) => table.origin).join(', '),
    expected: 'rows with a question',
    got: rows === 0 ? 'no rows' : counts.join(', '),
    fix: 'name the columns: fields: { question: …, options: …, answer: … }',
  })
}

function usable(row: JsonObject, fields: FieldMapping, number: number) {
  const result = readItem(row, fields, number)
  if ('unusable' in result) return result
  const { question, options, context } = result.draft.item
  const length = question.length + (context?.length ?? 0) + options.reduce((n, o) => n + o.text.length, 0)
  return length > LONGEST_ITEM ? { unusable: `longer than ${LONGEST_ITEM} characters` } : result
}

/** A repeated id would make two items one in the report: later ones get their place in the file appended. */
function uniqueIds(items: readonly BenchmarkItem[]): BenchmarkItem[] {
  const seen = new Set<string>()
  return items.map((item, index) => {
    const id = seen.has(item.id) ? `${item.id}#${index}` : item.id
    seen.add(id)
    return id === item.id ? item : { ...item, id }
  })
}

/** The text the published rule compares. */
export function promptText(item: BenchmarkItem, form: PromptForm): string {
  if (form === 'context+question') {
    return item.context === null ? item.question : `${item.context.replace(/\r?\n/g, ' ')}\n${item.question}`
  }
  if (form === 'question') return item.question
  return item.question + item.options.map(({ label, text }) => `\n${label}. ${text}`).join('')
}
