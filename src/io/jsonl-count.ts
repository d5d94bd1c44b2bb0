import type { ByteReader, Shard } from '../core/source.ts'
import { lineBlocks } from './jsonl-lines.ts'
import { rowsOf } from './jsonl-rows.ts'

/** Rows of a JSON lines file, or `most` where it has as many or more: what lies behind them is not read. */
export async function countFirstRows(
  reader: ByteReader,
  { format, path }: Pick<Shard, 'format' | 'path'>,
  most: number,
): Promise<number> {
  let rows = 0
  for await (const block of lineBlocks(reader, { format, start: 0, end: reader.bytes, where: path })) {
    const lines = rowsOf(block)
    while (rows < most && lines.next().done !== true) rows++
    if (rows >= most) break
  }
  return rows
}
