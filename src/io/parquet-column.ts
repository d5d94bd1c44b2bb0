import { CODEC, ENCODING, dataPage, dictionaryPage, runsAndGroups } from './parquet-page.ts'
import type { Codec, Page } from './parquet-page.ts'

/** Types of the columns the house writes. */
export type ColumnType = 'UTF8' | 'INT64' | 'DOUBLE'

/** Columns of a file by name, in order, all optional. */
export type Columns = Readonly<Record<string, ColumnType>>

/** A column of a row group: its pages, and what the footer says of them. */
export interface ColumnChunk {
  type: ColumnType
  codec: Codec
  /** Values, absent ones included. */
  values: number
  /** How its values are spelt, besides their levels. */
  encoding: number
  /** Distinct values, where there is such a page. */
  dictionary: Page | null
  data: Page
}

/** What stands where there is no value. */
export const ABSENT = -1

/**
 * Collects the values of an optional column of one row group, and writes each distinct one once: of very many findings
 * nearly all columns hold a few values. Where no value comes twice they are written as they are.
 */
export class ColumnBuilder {
  readonly #type: ColumnType
  readonly #codec: Codec
  #bytes = Buffer.allocUnsafeSlow(1 << 12)
  #length = 0
  #distinct = 0
  readonly #known = new Map<string | number, number>()
  /** Places among the distinct values. */
  #places = new Int32Array(1 << 12)
  #values = 0

  constructor(type: ColumnType, codec: Codec = CODEC.snappy) {
    this.#type = type
    this.#codec = codec
  }

  /** Bytes of the distinct values. */
  get bytes(): number {
    return this.#length
  }

  /** The place of a value among the distinct ones. */
  placeOf(value: string | number): number {
    const known = this.#known.get(value)
    if (known !== undefined) return known
    this.#known.set(value, this.#distinct)
    if (typeof value === 'number') this.#number(value)
    else this.#text(value)
    return this.#distinct++
  }

  /** The place of a text that is not there yet, in UTF-8. */
  placeOfNew(text: Uint8Array): number {
    this.#reserve(4 + text.length)
    this.#bytes.writeUInt32LE(text.length, this.#length)
    this.#bytes.set(text, this.#length + 4)
    this.#length += 4 + text.length
    return this.#distinct++
  }

  /** So many more values: their places, or `ABSENT`, are to be written into what is returned before anything else is done. */
  next(count: number): Int32Array {
    const end = this.#values + count
    if (end > this.#places.length) {
      const larger = new Int32Array(2 * end)
      larger.set(this.#places)
      this.#places = larger
    }
    const places = this.#places.subarray(this.#values, end)
    this.#values = end
    return places
  }

  /** Texts of `length` bytes each, none of which is there yet, as the next values. */
  addNew(texts: Uint8Array, length: number): void {
    const count = texts.length / length
    this.#reserve(count * (4 + length))
    const bytes = this.#bytes
    let at = this.#length
    for (let from = 0; from < texts.length; from += length) {
      bytes[at] = length & 255
      bytes[at + 1] = (length >>> 8) & 255
      bytes[at + 2] = (length >>> 16) & 255
      bytes[at + 3] = length >>> 24
      at += 4
      for (let i = from; i < from + length; i++) bytes[at++] = texts[i] as number
    }
    this.#length = at
    const places = this.next(count)
    for (let i = 0; i < count; i++) places[i] = this.#distinct++
  }

  /** The column of the values since the last. */
  take(): ColumnChunk {
    const places = this.#places.subarray(0, this.#values)
    const runs = runsOf(places)
    const present = runs.reduce((sum, run, i) => sum + (i % 2 === 0 ? run : 0), 0)
    const chunk = this.#chunk(runs, presentOf(places, present))
    this.#length = this.#distinct = this.#values = 0
    this.#known.clear()
    return chunk
  }

  #chunk(runs: readonly number[], places: Uint32Array): ColumnChunk {
    const [type, codec, values] = [this.#type, this.#codec, this.#values]
    const distinct = this.#bytes.subarray(0, this.#length)
    // Then they stand in the order of the values.
    if (this.#distinct === places.length) {
      const data = dataPage(runs, { values: [distinct], encoding: ENCODING.plain }, codec)
      return { type, codec, values, encoding: ENCODING.plain, dictionary: null, data }
    }
    const bits = Math.max(1, 32 - Math.clz32(this.#distinct - 1))
    const packed = [Uint8Array.of(bits), runsAndGroups(places, bits)]
    const dictionary = dictionaryPage(distinct, this.#distinct, codec)
    const data = dataPage(runs, { values: packed, encoding: ENCODING.dictionary }, codec)
    return { type, codec, values, encoding: ENCODING.dictionary, dictionary, data }
  }

  #number(value: number): void {
    this.#reserve(8)
    if (this.#type === 'DOUBLE') this.#bytes.writeDoubleLE(value, this.#length)
    else this.#bytes.writeBigInt64LE(BigInt(value), this.#length)
    this.#length += 8
  }

  #text(value: string): void {
    this.#reserve(4 + 3 * value.length)
    const written = this.#bytes.write(value, this.#length + 4)
    this.#bytes.writeUInt32LE(written, this.#length)
    this.#length += 4 + written
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return
    const larger = Buffer.allocUnsafeSlow(2 * (this.#length + bytes))
    this.#bytes.copy(larger, 0, 0, this.#length)
    this.#bytes = larger
  }
}

/** Runs of present and absent values in turn, the present ones first. */
function runsOf(places: Int32Array): number[] {
  const runs: number[] = []
  let present = true
  for (let from = 0, to = 0; to < places.length; from = to, present = !present) {
    while (to < places.length && (places[to] !== ABSENT) === present) to++
    runs.push(to - from)
  }
  return runs
}

function presentOf(places: Int32Array, present: number): Uint32Array {
  return Uint32Array.from(present === places.length ? places : places.filter((place) => place !== ABSENT))
}
