import type { JsonValue } from './json.ts'

/** Codes stored in `Batch.role`; the order is part of the tally format, so new roles go at the end. */
export const ROLES = ['system', 'user', 'assistant', 'tool', 'document', 'unknown'] as const
export type Role = (typeof ROLES)[number]
export const ROLE_CODE: Readonly<Record<Role, number>> = {
  system: 0,
  user: 1,
  assistant: 2,
  tool: 3,
  document: 4,
  unknown: 5,
}

/** Codes stored in `Batch.unreadable`; 0 means the row was read. New reasons go at the end. */
export const UNREADABLE = [
  'readable',
  'null-conversation', // the conversation or text column is null
  'wrong-type', // the value has a type no turn can be read from
  'no-turns', // a list without a single readable turn (an empty list)
  'invalid-json', // a JSONL line that does not parse, or is not an object
  'decode-failure', // not even the second reader could decode it
  'nested-too-deeply', // a JSONL line of more lists and objects inside each other than anything here writes
  'absent-column', // a JSONL line that has none of the columns the rows of its file are read from
] as const
export type UnreadableReason = Exclude<(typeof UNREADABLE)[number], 'readable'>

/** Bits of `Batch.turnFlags`. */
export const TURN_FLAG = {
  /** The role name is none we know; its text is audited as role `unknown`. */
  unknownRole: 1,
  /** Invalid UTF-8 (or lone surrogates in JSON) was decoded to U+FFFD. */
  invalidUtf8: 2,
  /** The content is null, and the turn calls nothing either. */
  nullContent: 4,
  /** Content parts that are not text (images, audio) were left out. */
  partsOmitted: 8,
  /** An object of the JSONL row has two members of one name, of which the last was read; on the row's first turn. */
  repeatedName: 16,
  /** The content, or the whole turn, is of a type no text can be read from; its text is the value as JSON. */
  wrongContent: 32,
} as const

/** How a row becomes turns; recognised from the schema, or named in the pipeline. */
export type ExampleShape =
  | {
      kind: 'turns'
      column: string
      /** Columns of the same fields whose turns follow (a prompt and its completion, each a list of turns). */
      more?: readonly string[]
      roleField: string
      contentField: string
      roles?: Readonly<Record<string, Role>>
    }
  | { kind: 'columns'; columns: readonly { column: string; role: Role }[] }
  | { kind: 'text'; column: string }

/** The columns with a meaning of their own, by name; null where the dataset has none. */
export interface ExampleColumns {
  shape: ExampleShape
  id: string | null
  source: string | null
}

/** A value of a turn nobody reads: enough to tell two of them apart. */
export interface UnreadField {
  /** The turn it belongs to, counted within the example. */
  turn: number
  /** How the report names the field, quotes and all. */
  field: string
  /** Of the value's canonical JSON. */
  sha256: string
}

/** One example as objects: for evidence and the second look, never for the scan. */
export interface Example {
  shard: number
  row: number
  turns: readonly { role: Role; text: Uint8Array }[]
  /** Every other column as JSON. */
  columns: Readonly<Record<string, JsonValue>>
  /** Declared id as text, or null. */
  exampleId: string | null
  /** What its turns hold beside what was read of them; absent where that is nothing. */
  unread?: readonly UnreadField[]
}
