import { CODES, ID_LENGTH, NAMED, NUMBERS, NUMERIC, TEXTUAL } from '../core/finding-block.ts'
import type { FindingBlock } from '../core/finding-block.ts'
import { ABSENT, ColumnBuilder } from './parquet-column.ts'
import type { ColumnChunk, Columns } from './parquet-column.ts'
import { CODEC } from './parquet-page.ts'

/** Columns of `evidence.parquet`, in order. A place that is not a row has its name in `path` (components: `component`). */
export const EVIDENCE_COLUMNS = {
  id: 'UTF8',
  rule: 'UTF8',
  severity: 'UTF8',
  kind: 'UTF8',
  component: 'UTF8',
  path: 'UTF8',
  row: 'INT64',
  exampleId: 'UTF8',
  method: 'UTF8',
  benchmark: 'UTF8',
  item: 'UTF8',
  otherComponent: 'UTF8',
  otherPath: 'UTF8',
  otherRow: 'INT64',
  otherExampleId: 'UTF8',
  score: 'DOUBLE',
  message: 'UTF8',
  evidence: 'UTF8',
} as const satisfies Columns

type Name = keyof typeof EVIDENCE_COLUMNS

/** Rows of a row group, and bytes of its distinct values from which on it is full. */
const FULL = { rows: 4096, bytes: 16 << 20 }

/** Findings that are taken over at once, at most: between them it is looked whether the row group is full. */
const STRETCH = 64

/** What is not known yet of a name or text of a block. */
const UNKNOWN = -2

/** Findings of one row group; they are taken over from the blocks they lie in by the codes of their names and texts. */
export class EvidenceRows {
  rows = 0
  readonly #columns: Readonly<Record<Name, ColumnBuilder>>
  readonly #id: ColumnBuilder
  readonly #named: readonly ColumnBuilder[]
  readonly #textual: readonly ColumnBuilder[]
  readonly #numeric: readonly ColumnBuilder[]
  #block: FindingBlock | null = null
  /** Places of the names of the block, by column, and of its texts. */
  #names = new Int32Array(0)
  #texts = new Int32Array(0)

  constructor() {
    const columns = Object.entries(EVIDENCE_COLUMNS).map(([name, type]) => [
      name,
      // Hexadecimal digits of a hash hold no repetition.
      new ColumnBuilder(type, name === 'id' ? CODEC.none : CODEC.snappy),
    ])
    this.#columns = Object.fromEntries(columns) as Record<Name, ColumnBuilder>
    this.#id = this.#columns.id
    this.#named = NAMED.map((name) => this.#columns[name])
    this.#textual = TEXTUAL.map((name) => this.#columns[name])
    this.#numeric = NUMERIC.map((name) => this.#columns[name])
  }

  get full(): boolean {
    const [message, evidence] = this.#textual as [ColumnBuilder, ColumnBuilder]
    return this.rows >= FULL.rows || message.bytes + evidence.bytes >= FULL.bytes
  }

  /** Findings of the block from number `start` on, as many as fit, up to `end`. @returns the number of the first that does not. */
  add(block: FindingBlock, start: number, end: number): number {
    if (block !== this.#block) this.#enter(block)
    const to = Math.min(end, start + FULL.rows - this.rows, start + STRETCH)
    this.#id.addNew(block.ids.subarray(start * ID_LENGTH, to * ID_LENGTH), ID_LENGTH)
    for (let c = 0; c < NAMED.length; c++) this.#addNames(c, start, to)
    for (let c = 0; c < TEXTUAL.length; c++) this.#addTexts(c, start, to)
    for (let c = 0; c < NUMERIC.length; c++) this.#addNumbers(c, start, to)
    this.rows += to - start
    return to
  }

  /** The columns, in their order; the next finding is the first of the next row group. */
  take(): ColumnChunk[] {
    this.rows = 0
    this.#block = null
    return Object.values(this.#columns).map((column) => column.take())
  }

  #enter(block: FindingBlock): void {
    this.#names = new Int32Array(NAMED.length * block.names.length).fill(UNKNOWN)
    this.#texts = new Int32Array(TEXTUAL.length * block.texts).fill(UNKNOWN)
    this.#block = block
  }

  #addNames(c: number, start: number, end: number): void {
    const { codes, names } = this.#block as FindingBlock
    const column = this.#named[c] as ColumnBuilder
    const known = this.#names
    const places = column.next(end - start)
    for (let i = start; i < end; i++) {
      const code = codes[i * CODES + c] as number
      const at = c * names.length + code
      let place = known[at] as number
      if (place === UNKNOWN) known[at] = place = code === 0 ? ABSENT : column.placeOf(names[code] as string)
      places[i - start] = place
    }
  }

  #addTexts(c: number, start: number, end: number): void {
    const block = this.#block as FindingBlock
    const { codes, texts } = block
    const column = this.#textual[c] as ColumnBuilder
    const known = this.#texts
    const places = column.next(end - start)
    for (let i = start; i < end; i++) {
      const code = codes[i * CODES + NAMED.length + c] as number
      const at = c * texts + code
      let place = known[at] as number
      if (place === UNKNOWN) known[at] = place = column.placeOfNew(block.text(code))
      places[i - start] = place
    }
  }

  /** Findings of one row come one after the other: most numbers are the one before. */
  #addNumbers(c: number, start: number, end: number): void {
    const { numbers } = this.#block as FindingBlock
    const column = this.#numeric[c] as ColumnBuilder
    const places = column.next(end - start)
    let before = NaN
    let place = ABSENT
    for (let i = start; i < end; i++) {
      const value = numbers[i * NUMBERS + c] as number
      if (!Object.is(value, before)) place = Number.isNaN(value) ? ABSENT : column.placeOf(value)
      before = value
      places[i - start] = place
    }
  }
}
