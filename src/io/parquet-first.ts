import type { DecodedBatch } from '../core/batch.ts'
import { arrowBatches } from './arrow-batch.ts'
import type { BatchFrame } from './arrow-batch.ts'
import { readArrowArray, readArrowType } from './arrow-ffi.ts'
import type { ArrowArray } from './arrow-ffi.ts'
import { memoryOf, withParquetWasm } from './parquet-wasm.ts'
import type { RowGroupFile } from './parquet-chunk.ts'

/** Rows of one Arrow record batch: small enough for caches, large enough that a call per batch costs nothing. */
const RECORD_ROWS = 2048

/** Rows [start, end) of a row group, decoded into WebAssembly memory. `free` must be called. */
export interface DecodedGroup {
  batches(frame: BatchFrame): Generator<DecodedBatch>
  free(): void
}

/**
 * Decodes a row group with parquet-wasm in one synchronous call, so that a trap is an exception here and not in
 * some task. The answer is read through the Arrow C data interface: measured on medical text, an IPC copy in
 * between costs half as much again as the decoding itself.
 * @throws whatever the decoder throws; the caller reads the row group again with the second reader.
 */
export function decodeFirst(
  file: RowGroupFile,
  firstRow: number,
  { start, end }: { start: number; end: number },
): DecodedGroup {
  return withParquetWasm((wasm) => {
    const range = start === 0 && end === file.rows ? {} : { offset: start, limit: end - start }
    const table = wasm.readParquet(file.bytes, { batchSize: RECORD_ROWS, ...range })
    const stream = table.intoFFI()
    const addresses = [...stream.arrayAddrs()]
    const memory = memoryOf(wasm)
    const type = readArrowType(memory.buffer, stream.schemaAddr())
    const open = (address: number): ArrowArray => readArrowArray(memory.buffer, type, address)
    const rows = addresses.reduce((sum, address) => sum + open(address).length, 0)
    if (rows !== end - start) throw new RangeError(`decoded ${rows} rows of ${end - start}`)
    function* batches(frame: BatchFrame): Generator<DecodedBatch> {
      let row = firstRow + start
      for (const address of addresses) {
        const { length } = open(address)
        yield* arrowBatches({ rows: length, firstRow: row, open: () => byName(open(address)) }, frame)
        row += length
      }
    }
    // Through the same door: a trap here must cost the instance too.
    const free = (): void => withParquetWasm(() => stream.free())
    return { batches, free }
  })
}

function byName(root: ArrowArray): ReadonlyMap<string, ArrowArray> {
  if (root.offset !== 0) throw new RangeError('arrow: a record batch with an offset')
  return new Map(root.children.map((child) => [child.type.name, child]))
}
