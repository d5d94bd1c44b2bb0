import type { ExplainedRow } from '../core/explanation.ts'
import type { RowPlace } from '../core/finding.ts'
import type { AuditRecord } from '../core/record.ts'
import type { CorpusData, RowSearch } from '../engine/explain.ts'
import { tokenCounter } from '../engine/row-tokens.ts'
import type { TokenCounter } from '../engine/row-tokens.ts'
import { asList, asText } from '../formats/reading.ts'
import { readRows, rowsById } from '../io/lookup.ts'
import { createResources } from '../io/resources.ts'
import type { Flags } from './context.ts'
import { reopen } from './reopen.ts'
import type { Reopened } from './reopen.ts'

export interface ExplainFlags extends Flags {
  source?: string
  folder?: string
  data?: boolean
}

interface Asked {
  folder: string
  flags: ExplainFlags
  /** The corpus is opened once, and only when something of it is asked for. */
  open(): Promise<Reopened>
}

/** The data a report is about; when it cannot be reached the report alone still explains, and says why. */
export function dataOf(folder: string, flags: ExplainFlags): CorpusData {
  let opened: Promise<Reopened> | null = null
  const reopening = {
    ...(flags.source === undefined ? {} : { source: flags.source }),
    ...(flags.folder === undefined ? {} : { folder: flags.folder }),
    ...(flags.cache === undefined ? {} : { cacheDir: flags.cache }),
    ...(flags.offline === true ? { offline: true } : {}),
  }
  const asked: Asked = { folder, flags, open: () => (opened ??= reopen(folder, reopening)) }
  return {
    read: (record, places) => readPlaces(asked, record, places),
    find: (record, id, most) => findRows(asked, record, id, most),
  }
}

const NOT_ASKED = 'not asked for (--no-data)'

async function readPlaces(
  { flags, open }: Asked,
  record: AuditRecord,
  places: readonly RowPlace[],
): Promise<readonly ExplainedRow[]> {
  if (places.length === 0) return []
  if (flags.data === false) return places.map((place) => unread(place, NOT_ASKED))
  try {
    const reopened = await open()
    const tokens = await counterFor(record, flags, reopened)
    const rows: ExplainedRow[] = []
    for (const place of places) rows.push(await readPlace(place, reopened, tokens))
    return rows
  } catch (error) {
    const why = messageOf(error)
    return places.map((place) => unread(place, why))
  }
}

/** Files that are not on this machine are not downloaded to look for one row. */
async function findRows(
  { flags, open }: Asked,
  record: AuditRecord,
  id: string,
  most: number,
): Promise<RowSearch> {
  if (flags.data === false) return { places: [], unsearched: NOT_ASKED }
  const places: RowPlace[] = []
  let remote = 0
  try {
    const { plan, columns } = await open()
    for (const [index, shard] of plan.shards.entries()) {
      const { component, path } = shard
      const inputs = shard.against === true ? (record.against?.inputs ?? []) : record.inputs
      const input = inputs.find((each) => each.path === path && each.component === component)
      if (input === undefined) continue
      if (shard.location.kind !== 'file') {
        remote++
        continue
      }
      for await (const row of rowsById(shard, index, id, columns[index]!)) {
        if (row >= input.rows) break
        places.push({ component, path, row, exampleId: id })
        if (places.length >= most) return { places, unsearched: null }
      }
    }
  } catch (error) {
    return { places, unsearched: messageOf(error) }
  }
  return { places, unsearched: remote === 0 ? null : `${remote} files are not in the cache` }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

async function counterFor(
  record: AuditRecord,
  flags: ExplainFlags,
  reopened: Reopened,
): Promise<TokenCounter> {
  const names = asList(record.stages['tokens']?.options['tokenizers']).flatMap((name) => asText(name) ?? [])
  const resources = createResources({
    folder: asText(reopened.run['folder']) ?? '.',
    allowOutside: false,
    offline: flags.offline === true,
    useToken: false,
    ...(flags.cache === undefined ? {} : { cacheDir: flags.cache }),
  })
  return tokenCounter(names, resources, (message) => void process.stderr.write(`${message}\n`))
}

async function readPlace(
  place: RowPlace,
  { plan, columns }: Reopened,
  tokens: TokenCounter,
): Promise<ExplainedRow> {
  const index = plan.shards.findIndex(
    (shard) => shard.path === place.path && shard.component === place.component,
  )
  const shard = plan.shards[index]
  const shape = columns[index]
  if (shard === undefined || shape === undefined) return unread(place, 'the source has no such file now')
  for await (const example of readRows(shard, index, [place.row], shape)) {
    const decoder = new TextDecoder()
    return {
      place: example.exampleId === null ? place : { ...place, exampleId: example.exampleId },
      columns: example.columns,
      why: null,
      turns: example.turns.map(({ role, text }) => ({
        role,
        text: decoder.decode(text),
        bytes: text.length,
        tokens: tokens(text),
      })),
    }
  }
  return unread(place, 'the file has no such row now')
}

function unread(place: RowPlace, why: string): ExplainedRow {
  return { place, turns: null, columns: {}, why }
}
