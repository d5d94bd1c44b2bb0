import { ROLES, ROLE_CODE } from '../../core/example.ts'
import type { Example } from '../../core/example.ts'
import type { EvidenceLevel } from '../../core/finding.ts'
import { canonicalJson } from '../../core/json.ts'
import type { JsonObject } from '../../core/json.ts'
import { SNIPPET_LENGTH, quote } from '../../core/quote.ts'
import { makeWords } from '../../text/words.ts'
import { wordNumber } from '../../text/vocabulary.ts'
import { turnBounds } from './example-words.ts'
import type { ExampleTurns, TurnBounds } from './example-words.ts'
import type { PackedItems } from './items.ts'
import { joinTurns, partOf, partsWith, turnsOf } from './joined.ts'
import type { JoinedTurns } from './joined.ts'
import { METHODS } from './options.ts'
import { listedBehind } from './reply-options.ts'
import type { AssayHit, RuleHit } from './tally.ts'
import { Verifier } from './verify.ts'

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** Byte ranges of a text. */
type Ranges = [start: number, end: number][]

/** Takes the look at a hit again, on the row's own text, and cuts what matched out of both sides. */
export class EvidenceMaker {
  private readonly items: PackedItems
  private readonly verifier: Verifier
  private last: { example: Example; words: ExampleTurns; joined: Map<number, JoinedTurns> } | null = null

  constructor(items: PackedItems) {
    this.items = items
    this.verifier = new Verifier(items)
  }

  /** Quotations of the turns of the example the item stands in, and of the item, with the matching words marked. */
  texts(hit: AssayHit, example: Example, level: EvidenceLevel): JsonObject[] {
    const { of, spans } = hit.joined === 0 ? this.inTurn(hit, example) : this.inTurns(hit, example)
    const quotations = [...spans].map(([turn, found]): JsonObject => {
      const { role, text } = example.turns[turn] as Example['turns'][number]
      const ranges = merge(found)
      return { label: 'example', turn, role, ...marked(text, spanOf(ranges), ranges, level) }
    })
    const field = this.items.itemField[hit.item] as number
    const itemText = this.items.bytes.subarray(this.items.fieldText[field], this.items.fieldText[field + 1])
    const itemShift = this.items.fieldText[field] as number
    const itemRanges = merge(
      of
        .map((q) => q + (this.items.fieldWord[field] as number))
        .map((w) => [
          (this.items.wordStart[w] as number) - itemShift,
          (this.items.wordEnd[w] as number) - itemShift,
        ]),
    )
    return [...quotations, { label: 'item', ...marked(itemText, [0, itemText.length], itemRanges, level) }]
  }

  /** The findings of a row come one after the other, and a long conversation may have thousands. */
  private read(example: Example) {
    if (this.last?.example !== example)
      this.last = { example, words: exampleWords(example, this.items), joined: new Map() }
    return this.last
  }

  private wordsOf(example: Example): ExampleTurns {
    return this.read(example).words
  }

  /** Its turns in an order, as one text. */
  private joinedOf(example: Example, order: number): JoinedTurns {
    const { words, joined } = this.read(example)
    let text = joined.get(order)
    if (text === undefined) {
      const roles = example.turns.map(({ role }) => ROLE_CODE[role])
      joined.set(order, (text = joinTurns(words, turnsOf(order, roles) ?? [])))
    }
    return text
  }

  /** Bytes of the one turn the item stands in. */
  private inTurn(hit: AssayHit, example: Example): Marked {
    const words = this.wordsOf(example)
    const turn = turnBounds(words, hit.turn)
    this.look(hit, words, turn)
    const { cover, regionStart } = this.verifier
    const partner = hit.restated
      ? this.verifier.partner
      : Array.from(cover.partner.subarray(0, hit.questionWords), (r) => (r < 0 ? -1 : regionStart + r))
    const ranges = this.used(partner).map((w) => bytesOf(words, w, turn.byteFrom))
    return { of: foundWords(partner), spans: new Map([[hit.turn, ranges], ...this.inReply(hit, words)]) }
  }

  /** The same look at the same words; what a reply lists is none of it. */
  private look(hit: AssayHit, words: ExampleTurns, turn: TurnBounds): void {
    this.verifier.look({ item: hit.item, first: hit.first, last: hit.last }, words, turn)
  }

  /** Bytes of the options that a turn of their own lists; no others were found then. */
  private inReply(hit: AssayHit, words: ExampleTurns): [number, Ranges][] {
    if (hit.optionsTurn < 0) return []
    listedBehind(this.verifier, { ...hit, optionsFound: 0 }, words)
    const { byteFrom } = turnBounds(words, hit.optionsTurn)
    return [[hit.optionsTurn, this.used([]).map((w) => bytesOf(words, w, byteFrom))]]
  }

  /** Bytes of each of the turns it stands in: the same look at the same joined text, and every word back in its turn. */
  private inTurns(hit: AssayHit, example: Example): Marked {
    const joined = this.joinedOf(example, hit.joined)
    const order = joined.turnOf
    this.look(hit, joined, turnBounds(joined, 0))
    const { partner, options } = this.verifier
    const parts = partsWith(joined, partner, options)
    const spans = new Map<number, Ranges>(parts.map((part) => [order[part] as number, []]))
    for (const w of this.used(partner)) {
      const part = partOf(joined, w)
      spans.get(order[part] as number)?.push(bytesOf(joined, w, joined.byteFrom[part] as number))
    }
    for (const [turn, ranges] of this.inReply(hit, this.wordsOf(example))) spans.set(turn, ranges)
    return { of: foundWords(partner), spans: new Map([...spans].sort(([a], [b]) => a - b)) }
  }

  /** Words of the text that the question and the options found were matched to in the last look. */
  private used(partner: readonly number[]): number[] {
    const { options } = this.verifier
    const used = partner.filter((w) => w >= 0)
    options.at.forEach((at, j) => {
      if (at < 0) return
      for (let w = at; w < at + (options.length[j] as number); w++) used.push(w)
    })
    return used
  }
}

/** What of an item was found: words of its question, and the bytes of each turn they and its options were matched to. */
interface Marked {
  of: number[]
  spans: ReadonlyMap<number, Ranges>
}

function foundWords(partner: readonly number[]): number[] {
  return partner.flatMap((w, q) => (w < 0 ? [] : [q]))
}

function bytesOf({ start, end, first }: ExampleTurns, w: number, from: number): [number, number] {
  return [(start[first + w] as number) - from, (end[first + w] as number) - from]
}

interface Quoted {
  sha256: string
  text: string | null
}

/** Quotations that are remembered: bytes of one, and how many. */
const LONGEST_KEPT = 256
const MOST_KEPT = 1024
const NOTHING = new Uint8Array(0)

/**
 * Evidence for hits of the published rules, as canonical JSON. A stock phrase of the corpus is a hit of the same few
 * items in very many rows: the item's side is cut once, a stretch of the row once for all hits of it.
 */
export class RuleQuoter {
  private readonly items: PackedItems
  private readonly level: EvidenceLevel
  /** The item's side of its quotations. */
  private readonly ofItem = new Map<number, string>()
  private row: Example | null = null
  private readonly ofRow = new Map<string, string>()
  private readonly ofBytes = new Map<string, Quoted>()

  constructor(items: PackedItems, level: EvidenceLevel) {
    this.items = items
    this.level = level
  }

  /** The row the next hits are of. */
  set example(example: Example) {
    this.row = example
    this.ofRow.clear()
  }

  /** @param sameText names of the other items the hit is of */
  evidence(hit: RuleHit, sameText: readonly string[]): string {
    const { item, length, matched, turn } = hit
    const counts =
      hit.method === SWISS_AI
        ? `"evalIndex":${this.items.indexIn[item] as number},"evalTokens":${length},"matchedTokens":${matched}`
        : `"itemWords":${length},"matchedWords":${matched}`
    const same = sameText.length === 0 ? '' : `"sameText":${JSON.stringify(sameText)},`
    const texts = `[${this.rowSide(hit)},${this.itemSide(item)}]`
    return `{${counts},"ratio":${round(matched / length)},${same}"texts":${texts},"turn":${turn}}`
  }

  /** Canonical JSON of a quotation of the row, without marks. */
  private rowSide({ turn, role, from, to }: RuleHit): string {
    const key = `${turn} ${from} ${to}`
    let side = this.ofRow.get(key)
    if (side === undefined) {
      const { sha256, text } = this.quoted(this.row?.turns[turn]?.text ?? NOTHING, from, to)
      const shown = text === null ? ['', ''] : ['"marks":[],', `,"text":${text}`]
      side = `{"end":${to},"label":"example",${shown[0]}"role":"${ROLES[role] ?? 'unknown'}","sha256":"${sha256}","start":${from}${shown[1]},"turn":${turn}}`
      this.ofRow.set(key, side)
    }
    return side
  }

  /** What a quotation tells of the bytes alone; its text is JSON. A stock phrase is the same bytes in very many rows. */
  private quoted(bytes: Uint8Array, from: number, to: number): Quoted {
    const cut = bytes.subarray(from, to)
    const key =
      cut.length > LONGEST_KEPT
        ? null
        : Buffer.from(cut.buffer, cut.byteOffset, cut.length).toString('latin1')
    const known = key === null ? undefined : this.ofBytes.get(key)
    if (known !== undefined) return known
    const { sha256, text } = quote(bytes, from, to, this.level)
    const quoted = { sha256, text: text === undefined ? null : JSON.stringify(text) }
    if (key === null) return quoted
    if (this.ofBytes.size >= MOST_KEPT) this.ofBytes.clear()
    this.ofBytes.set(key, quoted)
    return quoted
  }

  private itemSide(item: number): string {
    let side = this.ofItem.get(item)
    if (side === undefined) {
      const { itemField, fieldText, bytes } = this.items
      const field = itemField[item] as number
      const cut = bytes.subarray(fieldText[field], fieldText[field + 1])
      side = canonicalJson({ label: 'item', ...marked(cut, [0, cut.length], [], this.level) })
      this.ofItem.set(item, side)
    }
    return side
  }
}

const SWISS_AI = METHODS.indexOf('swiss-ai')

/** Four digits are what a reader can use; and sums of logarithms should not differ in the last bit. */
export function round(value: number): number {
  return Math.round(value * 10_000) / 10_000
}

function spanOf(ranges: Ranges): [number, number] {
  return [ranges[0]?.[0] ?? 0, ranges.at(-1)?.[1] ?? 0]
}

/** Ranges in order, those with nothing but a gap of one to three bytes between them joined. */
function merge(ranges: Ranges): Ranges {
  const sorted = ranges.sort((a, b) => a[0] - b[0])
  const merged: Ranges = []
  for (const [start, end] of sorted) {
    const last = merged.at(-1)
    if (last !== undefined && start <= last[1] + 3) last[1] = Math.max(last[1], end)
    else merged.push([start, end])
  }
  return merged
}

/** A quotation of [start, end) with marks: UTF-16 offsets into its text. */
export function marked(
  bytes: Uint8Array,
  [start, end]: [number, number],
  ranges: Ranges,
  level: EvidenceLevel,
): JsonObject {
  const quotation = quote(bytes, start, end, level)
  if (quotation.text === undefined) return { ...quotation }
  const full = decoder.decode(bytes.subarray(start, end))
  const marks = ranges
    .filter(([from, to]) => from >= start && to <= end)
    .map(([from, to]): [number, number] => [units(bytes, start, from), units(bytes, start, to)])
  const { text } = quotation
  if (text === full) return { ...quotation, marks }
  return { ...quotation, marks: shortenedMarks(marks, full.length, text) }
}

/** Marks of a text whose middle was cut out: those in the kept head and tail. */
function shortenedMarks(
  marks: readonly [number, number][],
  length: number,
  text: string,
): [number, number][] {
  const half = (SNIPPET_LENGTH - 3) >> 1
  const head = Math.min(half, text.indexOf(' … ', half - 1))
  const tail = text.length - head - 3
  const kept: [number, number][] = []
  for (const [from, to] of marks) {
    if (from < head) kept.push([from, Math.min(to, head)])
    const cut = length - tail
    if (to > cut) kept.push([Math.max(from, cut) - cut + head + 3, to - cut + head + 3])
  }
  return kept
}

function units(bytes: Uint8Array, start: number, at: number): number {
  return decoder.decode(bytes.subarray(start, at)).length
}

function textStarts(example: Example): number[] {
  const starts = [0]
  for (const turn of example.turns) starts.push((starts.at(-1) as number) + turn.text.length)
  return starts
}

/** The words of one example, as the scanner sees them in a batch. */
export function exampleWords(example: Example, items: PackedItems): ExampleTurns {
  const starts = textStarts(example)
  const bytes = new Uint8Array(starts.at(-1) as number)
  example.turns.forEach((turn, t) => bytes.set(turn.text, starts[t]))
  const turns = example.turns.length
  const textFrom = Int32Array.from(starts)
  const view = makeWords({ textStart: textFrom, turns, bytes })
  const symbols = new Uint32Array(view.turnWord[turns] as number)
  for (let w = 0; w < symbols.length; w++) symbols[w] = wordNumber(items.vocabulary, view.hash[w] as number)
  return { symbols, ...view, bytes, first: 0, turns, turnFrom: view.turnWord, textFrom }
}
