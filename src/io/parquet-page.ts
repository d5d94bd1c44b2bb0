import { compress } from 'snappyjs'

/** Types of the columns the house writes. */
export type PageType = 'UTF8' | 'INT64' | 'DOUBLE'
/** Text may be UTF-8 already; what is undefined is null in the file. */
export type PageValue = string | number | Uint8Array | undefined

/** One page of an optional column: its header and its values, compressed. */
export interface Page {
  bytes: Uint8Array
  values: number
}

/**
 * Collects the values of a column and writes them as a data page (version 1, plain, Snappy), see
 * https://parquet.apache.org/docs/file-format/data-pages/. The library makes a dozen objects for each value, which takes
 * ten times as long, and a corpus may have half a million findings.
 */
export class PageBuilder {
  readonly #type: PageType
  #bytes = Buffer.allocUnsafeSlow(1 << 12)
  #length = 0
  /** Runs of present and absent values in turn, the present ones first. */
  #runs: number[] = [0]

  constructor(type: PageType) {
    this.#type = type
  }

  add(value: PageValue): void {
    const runs = this.#runs
    const present = value !== undefined
    if (present !== (runs.length % 2 === 1)) runs.push(0)
    runs[runs.length - 1]!++
    if (!present) return
    if (typeof value === 'number') this.#number(value)
    else this.#text(value)
  }

  /** The page of the values since the last, or null where there are none. */
  take(): Page | null {
    const values = this.#runs.reduce((sum, run) => sum + run, 0)
    if (values === 0) return null
    const levels = definitionLevels(this.#runs)
    const body = Buffer.concat([uint32(levels.length), levels, this.#bytes.subarray(0, this.#length)])
    const packed = compress(body)
    const header = pageHeader(values, body.length, packed.length)
    this.#length = 0
    this.#runs = [0]
    return { bytes: Buffer.concat([header, packed]), values }
  }

  #number(value: number): void {
    this.#reserve(8)
    if (this.#type === 'DOUBLE') this.#bytes.writeDoubleLE(value, this.#length)
    else this.#bytes.writeBigInt64LE(BigInt(value), this.#length)
    this.#length += 8
  }

  #text(value: string | Uint8Array): void {
    this.#reserve(4 + (typeof value === 'string' ? 3 * value.length : value.length))
    const at = this.#length + 4
    let written = value.length
    if (typeof value === 'string') written = this.#bytes.write(value, at)
    else this.#bytes.set(value, at)
    this.#bytes.writeUInt32LE(written, this.#length)
    this.#length = at + written
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return
    const larger = Buffer.allocUnsafeSlow(2 * (this.#length + bytes))
    this.#bytes.copy(larger, 0, 0, this.#length)
    this.#bytes = larger
  }
}

/** Run-length encoded, one bit a level. */
function definitionLevels(runs: readonly number[]): Buffer {
  const bytes: number[] = []
  runs.forEach((run, i) => {
    if (run > 0) bytes.push(...varint(2 * run), 1 - (i % 2))
  })
  return Buffer.from(bytes)
}

/** Field headers of Thrift's compact protocol: the next field, an i32; the next but one, a struct. */
const I32 = 0x15
const STRUCT_AFTER_GAP = 0x2c
const STOP = 0
const [DATA_PAGE, PLAIN, RLE] = [0, 0, 3]

/** `PageHeader` in Thrift's compact protocol. */
function pageHeader(values: number, size: number, compressed: number): Buffer {
  const i32 = (value: number): number[] => [I32, ...varint(2 * value)]
  const data = [...i32(values), ...i32(PLAIN), ...i32(RLE), ...i32(RLE), STOP]
  const sizes = [...i32(DATA_PAGE), ...i32(size), ...i32(compressed)]
  return Buffer.from([...sizes, STRUCT_AFTER_GAP, ...data, STOP])
}

function varint(value: number): number[] {
  const bytes: number[] = []
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest]
    bytes.push((rest % 128) + 128)
  }
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
