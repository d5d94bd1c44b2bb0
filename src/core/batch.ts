import type { ExampleColumns } from './example.ts'

/** One column of scalar values for a batch. `valid[i]` is 0 where the value is null. */
export type Column =
  /** Text, or anything else rendered as canonical JSON (`json: true`). Value i is bytes [start[i], start[i+1]). */
  | { kind: 'utf8'; json: boolean; start: Int32Array; bytes: Uint8Array; valid: Uint8Array }
  | { kind: 'number'; values: Float64Array; valid: Uint8Array }
  | { kind: 'boolean'; values: Uint8Array; valid: Uint8Array }

/** Variable-length byte strings: string i is bytes [start[i], start[i+1]). */
export interface PackedBytes {
  start: Int32Array
  bytes: Uint8Array
}

/** Values of turns nobody reads; value i stands in turn `turn[i]`. */
export interface UnreadFields {
  readonly turn: readonly number[]
  readonly field: readonly string[]
  readonly sha256: readonly string[]
}

/**
 * What a reader yields: up to a few thousand examples, columnar, text as valid UTF-8. Valid only until the
 * next batch is asked for. Example i owns turns [turnStart[i], turnStart[i+1]); turn t owns bytes
 * [textStart[t], textStart[t+1]). A row that cannot be read stays as an example with zero turns and a reason
 * code, so its row number is always firstRow + i.
 */
export interface DecodedBatch {
  /** Index into `Plan.shards`. */
  shard: number
  firstRow: number
  length: number
  /** length + 1 */
  turnStart: Int32Array
  /** One of `ROLE_CODE` per turn. */
  role: Uint8Array
  /** Bits of `TURN_FLAG` per turn. */
  turnFlags: Uint8Array
  /** turns + 1 */
  textStart: Int32Array
  bytes: Uint8Array
  /** Index into `UNREADABLE` per example; 0 = readable. */
  unreadable: Uint8Array
  /** Turns of a role of an unknown name, ascending, and how the report shows the name; those of columns have none. */
  unknownRoles?: { readonly turn: readonly number[]; readonly label: readonly string[] }
  /**
   * What turns hold beside what was read of them (fields nobody reads, parts left out), by ascending turn: the name of
   * each field as the report shows it, and the sha256 of its value. Absent where that is nothing.
   */
  unread?: UnreadFields
  /** Every column that is not part of the conversation, by name. */
  columns: ReadonlyMap<string, Column>
  schema: ExampleColumns
  /**
   * A canonical byte string per row over *every* column (names sorted, types tagged): equal bytes = equal record.
   * Computed on first call.
   */
  records(): PackedBytes
}

/** A batch as stages see it: shared views are computed once, on first request. */
export interface Batch extends DecodedBatch {
  /** Normalised words of every turn. */
  words(): WordView
}

/** Kinds of words in `WordView.kind`. */
export const WORD_KIND = { letters: 0, number: 1, symbol: 2, ideograph: 3 } as const

/**
 * Normalised words. Word w of turn t: w in [turnWord[t], turnWord[t+1]). Its bytes in the original text are
 * [start[w], end[w]) of `Batch.bytes`; `hash[w]` is a 32-bit hash of its normalised form, so equal normalised
 * words have equal hashes whatever their spelling.
 */
export interface WordView {
  /** turns + 1 */
  turnWord: Int32Array
  start: Int32Array
  end: Int32Array
  hash: Uint32Array
  /** One of `WORD_KIND`. */
  kind: Uint8Array
  /** 1 where the word as written begins with a small letter of ASCII. */
  small: Uint8Array
}
