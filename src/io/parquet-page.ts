import { compress } from 'snappyjs'
import { THRIFT, ThriftWriter } from './thrift.ts'

/** How values and levels are spelt, and how pages are compressed, by the numbers of Parquet's format. */
export const ENCODING = { plain: 0, runs: 3, dictionary: 8 } as const
export const CODEC = { none: 0, snappy: 1 } as const
export type Codec = (typeof CODEC)[keyof typeof CODEC]

/** One page of an optional column: its header and what it holds. */
export interface Page {
  bytes: Uint8Array
  /** What it would take uncompressed. */
  plainBytes: number
}

const [DATA_PAGE, DICTIONARY_PAGE] = [0, 2]

/**
 * A data page (version 1) of an optional column, see https://parquet.apache.org/docs/file-format/data-pages/.
 * @param runs of present and absent values in turn, the present ones first.
 */
export function dataPage(
  runs: readonly number[],
  { values, encoding }: { values: readonly Uint8Array[]; encoding: number },
  codec: Codec,
): Page {
  const levels = definitionLevels(runs)
  const size = new Uint8Array(4)
  new DataView(size.buffer).setUint32(0, levels.length, true)
  const count = runs.reduce((sum, run) => sum + run, 0)
  return page(DATA_PAGE, Buffer.concat([size, levels, ...values]), codec, (header) => {
    header.field(5, THRIFT.struct)
    header.open()
    header.integer(1, count, THRIFT.i32)
    header.integer(2, encoding, THRIFT.i32)
    header.integer(3, ENCODING.runs, THRIFT.i32)
    header.integer(4, ENCODING.runs, THRIFT.i32)
    header.close()
  })
}

/** The distinct values of a column chunk, which its data page names by their places. */
export function dictionaryPage(values: Uint8Array, count: number, codec: Codec): Page {
  return page(DICTIONARY_PAGE, values, codec, (header) => {
    header.field(7, THRIFT.struct)
    header.open()
    header.integer(1, count, THRIFT.i32)
    header.integer(2, ENCODING.plain, THRIFT.i32)
    header.close()
  })
}

function page(type: number, body: Uint8Array, codec: Codec, describe: (header: ThriftWriter) => void): Page {
  const packed = codec === CODEC.snappy ? compress(body) : body
  const header = new ThriftWriter()
  header.integer(1, type, THRIFT.i32)
  header.integer(2, body.length, THRIFT.i32)
  header.integer(3, packed.length, THRIFT.i32)
  describe(header)
  header.end()
  const head = header.done()
  return { bytes: Buffer.concat([head, packed]), plainBytes: head.length + body.length }
}

/** One bit a value, as runs. */
function definitionLevels(runs: readonly number[]): Uint8Array {
  const levels: number[] = []
  runs.forEach((run, i) => {
    if (run > 0) levels.push(...varint(2 * run), 1 - (i % 2))
  })
  return Uint8Array.from(levels)
}

/** Shortest run that is written as one: a group of values packed bit by bit has as many. */
const GROUP = 8

/**
 * Numbers of `bits` bits each: runs of equal ones as runs, groups of eight of the others bit by bit, see
 * https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE.
 */
export function runsAndGroups(values: Uint32Array, bits: number): Uint8Array {
  const out: number[] = []
  let at = 0
  while (at < values.length) {
    const run = runAt(values, at)
    if (run >= GROUP) {
      out.push(...varint(2 * run))
      for (let bit = 0; bit < bits; bit += 8) out.push(((values[at] as number) >>> bit) & 255)
      at += run
      continue
    }
    const start = at
    do at += GROUP
    while (at < values.length && runAt(values, at, GROUP) < GROUP)
    out.push(...varint(2 * ((at - start) / GROUP) + 1))
    packBits(values.subarray(start, at), bits, out)
  }
  return Uint8Array.from(out)
}

function runAt(values: Uint32Array, at: number, most = Infinity): number {
  const end = Math.min(values.length, at + most)
  let to = at + 1
  while (to < end && values[to] === values[at]) to++
  return to - at
}

/** From the lowest bit; the last group is filled up with zeros. */
function packBits(values: Uint32Array, bits: number, out: number[]): void {
  let held = 0
  let holds = 0
  const count = GROUP * Math.ceil(values.length / GROUP)
  for (let i = 0; i < count; i++) {
    held |= (values[i] ?? 0) << holds
    for (holds += bits; holds >= 8; holds -= 8) {
      out.push(held & 255)
      held >>>= 8
    }
  }
}

function varint(value: number): number[] {
  const bytes: number[] = []
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest]
    bytes.push((rest % 128) + 128)
  }
}
