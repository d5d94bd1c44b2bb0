import { createHash } from 'node:crypto'
import { AuditError } from '../core/error.ts'
import type { Example } from '../core/example.ts'
import type { Finding, RowPlace } from '../core/finding.ts'
import { isObject } from '../core/json.ts'
import type { JsonObject, JsonValue } from '../core/json.ts'
import { shorten } from '../core/quote.ts'
import type { Opened } from './open.ts'
import { lookAt } from './second-look.ts'

/** A piece of a row's text as a finding quotes it. */
interface Quoted {
  finding: string
  place: RowPlace
  turn: number
  quotation: JsonObject
}

/** A quotation that is not what stands in the data. */
export interface Misquoted {
  finding: string
  what: string
  expected?: string
  got?: string
}

/** Quotations held while their rows are read again: bounds the memory. */
const WINDOW = 20_000

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/**
 * Holds every quotation of a row in the findings against the row itself: its bytes [start, end) of the turn have the
 * sha256 the finding gives, and the text shown is theirs. Does not run any stage.
 * @returns how many quotations were compared.
 */
export async function checkQuotations(
  findings: AsyncIterable<Finding>,
  opened: Pick<Opened, 'plan' | 'columns'>,
  tell: (wrong: Misquoted) => void,
): Promise<number> {
  let compared = 0
  let held: Quoted[] = []
  const check = async (): Promise<void> => {
    compared += held.length
    await compare(held, opened, tell)
    held = []
  }
  for await (const finding of findings) {
    held.push(...quotedIn(finding))
    if (held.length >= WINDOW) await check()
  }
  await check()
  return compared
}

/** Quotations of rows; those of benchmark items and upstream sets are not the corpus' text. */
function quotedIn({ id, place, evidence }: Finding): Quoted[] {
  const places: Record<string, RowPlace> =
    place.kind === 'row' ? { example: place } : place.kind === 'pair' ? { a: place.a, b: place.b } : {}
  const { texts, quote, turn } = evidence
  const list: JsonValue[] = Array.isArray(texts) ? [...(texts as readonly JsonValue[])] : []
  if (isObject(quote ?? null)) list.push({ ...(quote as JsonObject), label: 'example', turn: turn ?? null })
  return list.flatMap((entry) => {
    if (!isObject(entry) || typeof entry['turn'] !== 'number' || typeof entry['label'] !== 'string') return []
    const own = Object.hasOwn(places, entry['label']) ? places[entry['label']] : undefined
    return own === undefined ? [] : [{ finding: id, place: own, turn: entry['turn'], quotation: entry }]
  })
}

async function compare(
  held: readonly Quoted[],
  { plan, columns }: Pick<Opened, 'plan' | 'columns'>,
  tell: (wrong: Misquoted) => void,
): Promise<void> {
  const shards = new Map(plan.shards.map(({ component, path }, index) => [`${component}/${path}`, index]))
  const byShard = new Map<number, Map<number, Quoted[]>>()
  for (const quoted of held) {
    const { component, path, row } = quoted.place
    const shard = shards.get(`${component}/${path}`)
    if (shard === undefined) {
      const what = `The quotation is of a file that is not there: ${component}/${path}`
      tell({ finding: quoted.finding, what })
      continue
    }
    const rows = byShard.get(shard) ?? new Map<number, Quoted[]>()
    byShard.set(shard, rows.set(row, [...(rows.get(row) ?? []), quoted]))
  }
  for (const [shard, rows] of byShard) {
    const refs = [...rows.keys()].map((row) => ({ shard, row }))
    const why = await compareRows(rows, lookAt(plan.shards, columns)(refs), tell)
    for (const { finding, place } of [...rows.values()].flat()) {
      tell({
        finding,
        what: `The quotation is of a row that is not there: ${place.path}, row ${place.row}${why}`,
      })
    }
  }
}

/** Takes each row that was read out of `rows`; says why the others could not be. */
async function compareRows(
  rows: Map<number, Quoted[]>,
  examples: AsyncIterable<Example>,
  tell: (wrong: Misquoted) => void,
): Promise<string> {
  try {
    for await (const example of examples) {
      for (const quoted of rows.get(example.row) ?? []) {
        const wrong = misquoted(quoted, example)
        if (wrong !== null) tell(wrong)
      }
      rows.delete(example.row)
    }
    return ''
  } catch (error) {
    if (!(error instanceof AuditError) || error.code === 'INTERRUPTED') throw error
    return ` (${error.message})`
  }
}

function misquoted({ finding, place, turn, quotation }: Quoted, example: Example): Misquoted | null {
  const at = `turn ${turn} of row ${place.row} of ${place.path}`
  const { start, end, text, sha256 } = quotation
  const bytes = example.turns[turn]?.text
  const whole = typeof start === 'number' && typeof end === 'number' && start >= 0 && start <= end
  if (bytes === undefined || !whole || end > bytes.length) {
    return { finding, what: `The quotation is of a place that is not there: ${at}` }
  }
  const cut = bytes.subarray(start, end)
  const got = createHash('sha256').update(cut).digest('hex')
  if (got !== sha256) {
    return { finding, what: `The quoted bytes are not what stands at ${at}`, expected: String(sha256), got }
  }
  const words = decoder.decode(cut)
  if (text === undefined || text === words || text === shorten(words)) return null
  const [expected, seen] = [JSON.stringify(text).slice(0, 120), JSON.stringify(words).slice(0, 120)]
  return { finding, what: `The quoted text is not what stands at ${at}`, expected, got: seen }
}
