import type { Batch, Column } from '../core/batch.ts'
import type { Finding } from '../core/finding.ts'
import type { Scanner, Stage, StageResult } from '../core/stage.ts'
import type { Tally } from '../core/tally.ts'
import { unreadOf } from '../core/turn-field.ts'
import { Hash128, hash128, hash32 } from '../text/hash.ts'

/** Words per row: 128 bits of the record, 64 bits of its declared id (0 where it declares none). */
export const ROW_WORDS = 6

export const ROWS_STAGE = 'rows'
const encoder = new TextEncoder()

/** The engine's own stage behind the sidecar: hashes every record; it has no findings and no entry in the record. */
export function rowHashStage(): Stage<never> {
  const stage: Stage<null> = {
    name: ROWS_STAGE,
    version: 2,
    options: {},
    prepare: () => Promise.resolve(null),
    scanner: () => new RowHasher(),
    reduce: noFindings,
  }
  return stage as unknown as Stage<never>
}

export function isRowHashStage(stage: Stage<never>): boolean {
  return stage.name === ROWS_STAGE
}

async function* noFindings(): AsyncGenerator<Finding, StageResult, undefined> {
  return { metrics: {} }
}

class RowHasher implements Scanner {
  private words = new Uint32Array(1024 * ROW_WORDS)
  private rows = 0
  private readonly hash = new Hash128()
  private readonly number = new Uint8Array(8)
  private readonly id = new Uint32Array(4)

  scan(batch: Batch): void {
    this.reserve(this.rows + batch.length)
    const columns = [...batch.columns].sort(([a], [b]) => (a < b ? -1 : 1))
    const names = columns.map(([name]) => hash32(encoder.encode(name), 0, encoder.encode(name).length))
    const id = batch.schema.id === null ? undefined : batch.columns.get(batch.schema.id)
    const unread = unreadRanges(batch)
    for (let i = 0; i < batch.length; i++, this.rows++) {
      const at = this.rows * ROW_WORDS
      this.hashTurns(batch, i)
      const range = unread.get(i)
      if (range !== undefined) this.hashUnread(batch, i, range)
      for (const [index, [, column]] of columns.entries()) {
        if (column.valid[i] === 1) this.hashValue(column, i, names[index]!)
      }
      this.hash.finish(this.words, at)
      if (id?.kind !== 'utf8' || id.valid[i] !== 1) continue
      hash128(id.bytes, id.start[i]!, id.start[i + 1]!, this.id, 0)
      this.words[at + 4] = this.id[0]!
      this.words[at + 5] = this.id[1]! | 1
    }
  }

  /** Roles, lengths and bytes of all turns; a row nobody could read is its reason. */
  private hashTurns(batch: Batch, example: number): void {
    this.hash.reset().update32(batch.unreadable[example]!)
    for (let turn = batch.turnStart[example]!; turn < batch.turnStart[example + 1]!; turn++) {
      const [start, end] = [batch.textStart[turn]!, batch.textStart[turn + 1]!]
      this.hash
        .update32(batch.role[turn]!)
        .update32(end - start)
        .update(batch.bytes, start, end)
    }
  }

  /** What turns hold beside what is read of them: a row is another one where only that differs. */
  private hashUnread({ turnStart, unread }: Batch, row: number, [from, to]: readonly [number, number]): void {
    for (let i = from; i < to; i++) {
      const { turn, field, sha256 } = unread!
      const bytes = encoder.encode(`${field[i]!}${sha256[i]!}`)
      this.hash
        .update32(turn[i]! - turnStart[row]!)
        .update32(bytes.length)
        .update(bytes, 0, bytes.length)
    }
  }

  /** A null column is the same as none. */
  private hashValue(column: Column, row: number, name: number): void {
    this.hash.update32(name)
    if (column.kind === 'utf8') {
      const [start, end] = [column.start[row]!, column.start[row + 1]!]
      this.hash.update32(end - start).update(column.bytes, start, end)
    } else if (column.kind === 'number') {
      new DataView(this.number.buffer).setFloat64(0, column.values[row]!, true)
      this.hash.update(this.number, 0, 8)
    } else {
      this.hash.update32(column.values[row]!)
    }
  }

  tally(): Tally {
    return { words: this.words.slice(0, this.rows * ROW_WORDS) }
  }

  private reserve(rows: number): void {
    let size = this.words.length
    while (size < rows * ROW_WORDS) size *= 2
    if (size === this.words.length) return
    const larger = new Uint32Array(size)
    larger.set(this.words.subarray(0, this.rows * ROW_WORDS))
    this.words = larger
  }
}

function unreadRanges(batch: Batch): ReadonlyMap<number, readonly [number, number]> {
  const ranges = new Map<number, readonly [number, number]>()
  unreadOf(batch, (row, from, to) => void ranges.set(row, [from, to]))
  return ranges
}
