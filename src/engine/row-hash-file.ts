import { canonicalJson } from '../core/json.ts'
import type { JsonObject } from '../core/json.ts'
import type { Tally } from '../core/tally.ts'
import { readTally } from '../io/tally-store.ts'
import type { Mapped } from './map.ts'
import { ownPart } from './own.ts'
import { ROWS_STAGE, ROW_WORDS } from './row-hashes.ts'

/** Sidecar of a report: one hash per row, so that two reports can be compared row by row without their data. */
export const ROWS_FILE = 'rows.bin'
export const ROWS_SCHEMA = 'assay/rows/1'

/**
 * The sidecar's bytes: one line of JSON that says which rows follow, then 24 bytes per row (little-endian words) in
 * the order of the plan. Rows of parts nobody could read are absent.
 */
export async function* rowHashFile(whole: Mapped): AsyncGenerator<Uint8Array> {
  const mapped = ownPart(whole)
  const parts: { component: string; path: string; firstRow: number; rows: number }[] = []
  const next = new Map<number, number>()
  for (const { slice, file } of mapped.slices) {
    const { component, path } = mapped.plan.shards[slice.shard]!
    const rows = wordsOf(await readTally(file, ROWS_STAGE)).length / ROW_WORDS
    const firstRow = slice.firstRow ?? next.get(slice.shard) ?? 0
    next.set(slice.shard, firstRow + rows)
    const last = parts.at(-1)
    const follows =
      last?.component === component && last.path === path && last.firstRow + last.rows === firstRow
    if (follows) last.rows += rows
    else parts.push({ component, path, firstRow, rows })
  }
  const header: JsonObject = { schema: ROWS_SCHEMA, parts: parts.map((part) => ({ ...part })) }
  yield Buffer.from(`${canonicalJson(header)}\n`)
  for (const { file } of mapped.slices) {
    const words = wordsOf(await readTally(file, ROWS_STAGE))
    const bytes = Buffer.alloc(words.length * 4)
    for (let i = 0; i < words.length; i++) bytes.writeUInt32LE(words[i]!, i * 4)
    yield bytes
  }
}

function wordsOf(tally: Tally): Uint32Array {
  return tally['words'] as Uint32Array
}
