import type { ExplainedRow } from '../core/explanation.ts'
import type { RowPlace } from '../core/finding.ts'
import type { AuditRecord } from '../core/record.ts'
import { tokenCounter } from '../engine/row-tokens.ts'
import type { TokenCounter } from '../engine/row-tokens.ts'
import { asList, asText } from '../formats/reading.ts'
import { readRows } from '../io/lookup.ts'
import { createResources } from '../io/resources.ts'
import type { Flags } from './context.ts'
import { reopen } from './reopen.ts'
import type { Reopened } from './reopen.ts'

export interface ExplainFlags extends Flags {
  source?: string
  folder?: string
  data?: boolean
}

interface Wanted {
  folder: string
  record: AuditRecord
  places: readonly RowPlace[]
  flags: ExplainFlags
}

/** Rows from the data; when it cannot be reached the report alone still explains, and says why. */
export async function readPlaces(wanted: Wanted): Promise<readonly ExplainedRow[]> {
  const { places, flags } = wanted
  if (places.length === 0) return []
  if (flags.data === false) return places.map((place) => unread(place, 'not asked for (--no-data)'))
  try {
    const reopened = await reopen(wanted.folder, {
      ...(flags.source === undefined ? {} : { source: flags.source }),
      ...(flags.folder === undefined ? {} : { folder: flags.folder }),
      ...(flags.cache === undefined ? {} : { cacheDir: flags.cache }),
      ...(flags.offline === true ? { offline: true } : {}),
    })
    const tokens = await counterFor(wanted, reopened)
    const rows: ExplainedRow[] = []
    for (const place of places) rows.push(await readPlace(place, reopened, tokens))
    return rows
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return places.map((place) => unread(place, why))
  }
}

async function counterFor({ record, flags }: Wanted, reopened: Reopened): Promise<TokenCounter> {
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
