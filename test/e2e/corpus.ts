import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { conversationsParquet, wardTalk } from '../hub/parquet.ts'
import type { Conversation } from '../hub/parquet.ts'

/** Files of a corpus in three components: Parquet with small row groups, one JSONL, duplicates across shards. */
export function corpusFiles(rows = 400): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>()
  const first = wardTalk(rows, 1)
  files.set('data/alpha/train-0.parquet', conversationsParquet(first, 50))
  files.set(
    'data/alpha/train-1.parquet',
    conversationsParquet([...wardTalk(rows, 2), ...renamed(first.slice(3, 40))], 70),
  )
  files.set(
    'data/beta/train-0.parquet',
    conversationsParquet([...renamed(first.slice(0, 20)), ...wardTalk(rows, 3)], 64),
  )
  files.set('data/gamma/train-0.jsonl', jsonl([...wardTalk(rows, 4), ...first.slice(0, 5)]))
  return files
}

function renamed(rows: readonly Conversation[]): Conversation[] {
  return rows.map((row) => ({ ...row, id: `copy-of-${row.id}` }))
}

export function jsonl(rows: readonly Conversation[]): Uint8Array {
  return Buffer.from(
    rows.map(({ id, turns }) => `${JSON.stringify({ id, conversations: turns })}\n`).join(''),
  )
}

/** Writes files in the order given. */
export function writeFiles(folder: string, files: Iterable<readonly [string, string | Uint8Array]>): void {
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), bytes)
  }
}
