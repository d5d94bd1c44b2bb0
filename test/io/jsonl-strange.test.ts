import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { TURN_FLAG } from '../../src/core/example.ts'
import { openBytes } from '../../src/io/bytes.ts'
import { readSlice } from '../../src/io/decode.ts'
import { jsonlSchema } from '../../src/io/jsonl-schema.ts'
import { recogniseColumns } from '../../src/io/shape.ts'
import { plainRows } from '../support/decoded.ts'
import type { PlainRow } from '../support/decoded.ts'
import { shardOf } from '../support/parquet.ts'

const folder = mkdtempSync(join(tmpdir(), 'assay-strange-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function read(name: string, rows: readonly object[]): Promise<PlainRow[]> {
  const path = join(folder, name)
  writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  const shard = await shardOf(path, 'jsonl')
  const reader = await openBytes({ kind: 'file', path })
  const columns = recogniseColumns(await jsonlSchema(reader, 'jsonl', path), {}, path)
  await reader.close()
  const slice = { shard: 0, start: 0, end: shard.bytes, firstRow: 0, rows: null }
  return await plainRows(readSlice(shard, slice, { columns, memoryBytes: 1 << 30 }))
}

describe('strange rows of JSON lines', () => {
  it('content of a wrong type is kept as written and flagged as such, beside turns that can be read', async () => {
    const answer = { role: 'assistant', content: 'It stands in the hall.' }
    const [number, nothing, object, bare, alone] = await read(
      'wrong-content.jsonl',
      [
        [{ role: 'user', content: 5 }, answer],
        [{ role: 'user', content: null }, answer],
        [{ role: 'user', content: { deep: [1, null] } }, answer],
        [true, answer],
        [{ role: 'user', content: 5 }],
      ].map((messages) => ({ messages })),
    )
    const { unknownRole, nullContent, wrongContent } = TURN_FLAG
    expect(number!.turns[0]).toEqual({ role: 'user', flags: wrongContent, text: '5' })
    expect(nothing!.turns[0]).toEqual({ role: 'user', flags: nullContent, text: '' })
    expect(object!.turns[0]).toEqual({ role: 'user', flags: wrongContent, text: '{"deep":[1,null]}' })
    expect(bare!.turns[0]).toEqual({ role: 'unknown', flags: unknownRole | wrongContent, text: 'true' })
    for (const row of [number, nothing, object, bare])
      expect(row!.turns[1]).toEqual({ role: 'assistant', flags: 0, text: answer.content })
    expect([alone!.reason, alone!.turns]).toEqual(['wrong-type', []])
  })

  it('a row without the column of its file is told from one whose value is null', async () => {
    const talk = { messages: [{ role: 'user', content: 'Where is the lamp?' }] }
    const rows = await read('absent.jsonl', [talk, talk, { messages: null }, { text: 'other' }, { id: 'x' }])
    expect(rows.map(({ reason }) => reason)).toEqual([
      ...['readable', 'readable', 'null-conversation', 'absent-column', 'absent-column'],
    ])
  })
})
