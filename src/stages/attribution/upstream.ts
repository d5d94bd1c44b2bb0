import { accessTo } from '../../core/access.ts'
import { AuditError } from '../../core/error.ts'
import type { JsonObject, JsonValue } from '../../core/json.ts'
import type { StageContext } from '../../core/stage.ts'
import { buildNgramTable } from '../../text/ngram-table.ts'
import type { NgramTable } from '../../text/ngram-table.ts'
import { shared } from '../../text/shared.ts'
import { makeWords } from '../../text/words.ts'
import type { Source, SourcePart } from './registry.ts'

/** Words of a shingle. */
export const SHINGLE = 5
/** A shingle in more items than this is a phrase of the exam, not of an item. */
export const MOST_ITEMS = 64
/** An item needs this many shingles of its own to be found reworded; one with fewer has to stand there whole. */
export const FEWEST_SHINGLES = 3
/** Fewer words are a phrase like many others: they have to be the whole turn. */
const FEWEST_WORDS = 6
/** Longest question that is compared as a whole turn, in words. */
export const LONGEST_SHORT = 12

/** Of fewer items nothing can be learned about which words are common; each then tells much. */
const FEWEST_ITEMS = 1000

/** Splits by what they are for; the order is stored. */
export const SPLITS = ['train', 'validation', 'test', 'unknown'] as const
export type Split = (typeof SPLITS)[number]

/** Items of all upstream sets, and where their shingles stand. Survives structured clone; arrays are shared. */
export interface UpstreamIndex {
  table: NgramTable
  /** Words of item i: symbols [start[i], start[i + 1]). */
  start: Int32Array
  symbols: Uint32Array
  /** Per word of the items: how much it tells, the logarithm of one over the share of items that have it. */
  weight: Float32Array
  /** Per item. */
  source: Int32Array
  split: Uint8Array
  /** 0-based row in its table. */
  row: Int32Array
  /** Distinct shingles that are the item's own; 0 = only found as a whole turn. */
  shingles: Int32Array
  /** Whole-turn keys of short items, ascending, and their items. */
  shortKey: Float64Array
  shortItem: Int32Array
  /** Per source: was any table read, why not, and items per split. */
  facts: readonly SourceFacts[]
  resources: readonly JsonObject[]
}

export interface SourceFacts {
  /** Whether any table was read. */
  read: boolean
  /** Splits that were asked for and could not be read: what is not found may stand there. */
  unread: readonly string[]
  why: string | null
  /** Licence the card of the upstream set declares, and the address it was read at; absent where it has none. */
  cardLicence?: string
  cardAddress?: string
  items: Readonly<Record<string, number>>
}

/** Reads the tables asked for. One that cannot be read is not checked; the others are compared all the same. */
export async function readUpstream(
  sources: readonly Source[],
  context: StageContext,
): Promise<UpstreamIndex> {
  const build = new IndexBuilder()
  const facts: SourceFacts[] = []
  const resources: JsonObject[] = []
  for (const [number, source] of sources.entries()) {
    const fact = {
      read: false,
      why: source.parts.length === 0 ? 'not asked for' : null,
      items: {} as Record<string, number>,
      unread: [] as string[],
    }
    for (const part of source.parts) {
      try {
        const resource = await readPart({ source, number, part, build, items: fact.items }, context)
        resources.push(resource)
        fact.read = true
        Object.assign(fact, cardOf(resource))
      } catch (error) {
        if (!(error instanceof AuditError)) throw error
        fact.why ??= error.message
        fact.unread.push(part.split)
        context.notChecked({
          what: `rows from ${source.name} (${part.split})`,
          why: error.message,
          needs: accessTo('the upstream set, or a copy of it beside the pipeline'),
        })
      }
    }
    facts.push(fact)
  }
  return { ...build.finish(), facts, resources }
}

function cardOf({ licence, origin }: JsonObject): Pick<SourceFacts, 'cardLicence' | 'cardAddress'> {
  return typeof licence === 'string' ? { cardLicence: licence, cardAddress: String(origin) } : {}
}

interface PartReading {
  source: Source
  number: number
  part: SourcePart
  build: IndexBuilder
  items: Record<string, number>
}

async function readPart(reading: PartReading, context: StageContext): Promise<JsonObject> {
  const { source, part, build, items } = reading
  const table = await context.resources.table(part.ref)
  const before = build.items
  let row = 0
  let column: string | undefined
  for await (const record of table.rows) {
    column ??= source.columns.question.find((name) => typeof record[name] === 'string')
    const texts = wordings(record, [...(column === undefined ? [] : [column]), ...source.columns.also])
    if (texts.length > 0) {
      const split = splitOf(stringOf(record, source.columns.split) ?? part.split)
      for (const text of texts) build.add(text, { source: reading.number, split, row })
      items[split] = (items[split] ?? 0) + 1
    }
    row++
  }
  if (row > 0 && build.items === before) {
    throw new AuditError('BENCHMARK_INVALID', {
      what: `no question was found in the upstream set ${source.name}`,
      where: table.origin,
      expected: `a text column called ${source.columns.question.join(' or ')}`,
    })
  }
  const { origin, sha256, revision, licence } = table
  return { source: source.name, split: part.split, origin, sha256, revision, licence, rows: row }
}

/** What the columns hold, each text once. */
function wordings(record: JsonObject, columns: readonly string[]): string[] {
  const texts = columns.map((name) => record[name])
  return [...new Set(texts.filter((text): text is string => typeof text === 'string' && text !== ''))]
}

function stringOf(record: JsonObject, names: readonly string[]): string | null {
  const value: JsonValue | undefined = names
    .map((name) => record[name])
    .find((one) => typeof one === 'string')
  return typeof value === 'string' ? value : null
}

function splitOf(name: string): Split {
  if (/^train/i.test(name)) return 'train'
  if (/^(val|dev)/i.test(name)) return 'validation'
  return /^test/i.test(name) ? 'test' : 'unknown'
}

class IndexBuilder {
  items = 0
  #symbols = new Uint32Array(1 << 16)
  #length = 0
  readonly #start: number[] = [0]
  readonly #source: number[] = []
  readonly #split: number[] = []
  readonly #row: number[] = []

  add(text: string, item: { source: number; split: Split; row: number }): void {
    const bytes = new TextEncoder().encode(text)
    const { hash } = makeWords({ textStart: Int32Array.of(0, bytes.length), turns: 1, bytes })
    while (this.#length + hash.length > this.#symbols.length) {
      const larger = new Uint32Array(this.#symbols.length * 2)
      larger.set(this.#symbols)
      this.#symbols = larger
    }
    this.#symbols.set(hash, this.#length)
    this.#length += hash.length
    this.#start.push(this.#length)
    this.#source.push(item.source)
    this.#split.push(SPLITS.indexOf(item.split))
    this.#row.push(item.row)
    this.items++
  }

  finish(): Omit<UpstreamIndex, 'facts' | 'resources'> {
    const start = Int32Array.from(this.#start)
    const symbols = this.#symbols.subarray(0, this.#length)
    const table = buildNgramTable({ start, symbols }, SHINGLE)
    const shingles = ownShingles(table, start)
    return {
      table,
      start: copy(Int32Array, start),
      symbols: copy(Uint32Array, symbols),
      weight: weightsOf(start, symbols),
      shingles,
      ...shortItems(start, symbols, shingles),
      source: copy(Int32Array, this.#source),
      split: copy(Uint8Array, this.#split),
      row: copy(Int32Array, this.#row),
    }
  }
}

/** Words of many items ("which of the following") tell little of which item it is. */
function weightsOf(start: Int32Array, symbols: Uint32Array): Float32Array {
  const items = start.length - 1
  const having = new Map<number, number>()
  for (let item = 0; item < items; item++) {
    for (const word of new Set(symbols.subarray(start[item], start[item + 1])))
      having.set(word, (having.get(word) ?? 0) + 1)
  }
  const weight = shared(Float32Array, symbols.length)
  const all = Math.max(items, FEWEST_ITEMS) + 1
  for (let at = 0; at < symbols.length; at++) weight[at] = Math.log(all / having.get(symbols[at]!)!)
  return weight
}

/** Distinct shingles of each item that few items share; 0 for an item with too few words. */
function ownShingles(table: NgramTable, start: Int32Array): Int32Array {
  const counts = shared(Int32Array, start.length - 1)
  for (let gram = 0; gram < table.grams; gram++) {
    const [from, to] = [table.postingStart[gram]!, table.postingStart[gram + 1]!]
    if (to - from > MOST_ITEMS) continue
    for (let at = from; at < to; at++) counts[table.postings[at]!]!++
  }
  for (let item = 0; item < counts.length; item++)
    if (start[item + 1]! - start[item]! < FEWEST_WORDS) counts[item] = 0
  return counts
}

function shortItems(
  start: Int32Array,
  symbols: Uint32Array,
  shingles: Int32Array,
): Pick<UpstreamIndex, 'shortKey' | 'shortItem'> {
  const found: { key: number; item: number }[] = []
  for (let item = 0; item < shingles.length; item++) {
    const [from, to] = [start[item]!, start[item + 1]!]
    if (to === from || to - from > LONGEST_SHORT) continue
    found.push({ key: wholeKey(symbols, from, to), item })
  }
  found.sort((a, b) => a.key - b.key || a.item - b.item)
  return {
    shortKey: copy(
      Float64Array,
      found.map((one) => one.key),
    ),
    shortItem: copy(
      Int32Array,
      found.map((one) => one.item),
    ),
  }
}

/** 53-bit key of a whole sequence of word hashes. */
export function wholeKey(symbols: Uint32Array, from: number, to: number): number {
  let high = 0x9e3779b1 ^ (to - from)
  let low = 0x7f4a7c15
  for (let at = from; at < to; at++) {
    high = Math.imul(high ^ symbols[at]!, 0x85ebca6b)
    high ^= high >>> 15
    low = Math.imul(low + symbols[at]!, 0xcc9e2d51)
    low = (low << 13) | (low >>> 19)
  }
  return (high >>> 0) * 0x200000 + (low >>> 11)
}

function copy<T extends { set(values: ArrayLike<number>): void }>(
  type: { new (buffer: SharedArrayBuffer): T; BYTES_PER_ELEMENT: number },
  values: ArrayLike<number>,
): T {
  const array = shared(type, values.length)
  array.set(values)
  return array
}
