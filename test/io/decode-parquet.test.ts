import { hash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TURN_FLAG } from '../../src/core/example.ts'
import { canonicalJson } from '../../src/core/json.ts'
import type { JsonObject, JsonValue } from '../../src/core/json.ts'
import { readSlice } from '../../src/io/decode.ts'
import type { ReadOptions } from '../../src/io/decode.ts'
import { recogniseColumns } from '../../src/io/shape.ts'
import { plainRows } from '../support/decoded.ts'
import type { PlainRow } from '../support/decoded.ts'
import { duckParquet, shardOf } from '../support/parquet.ts'
import { pick, randomOf } from '../support/random.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-decode-'))
})
afterAll(() => rm(folder, { recursive: true }))

type Turn = { value: string | null; from: string | null; weight: number | null } | null
interface Row {
  conversations: Turn[] | null
  conversation_id: string | null
  big: number | null
  score: number | null
  ok: boolean | null
  day: string | null
  tags: (string | null)[] | null
  meta: { b: number | null; a: { x: string | null }[] | null } | null
  never: null
}

const TYPES = {
  conversations: 'STRUCT("value" VARCHAR, "from" VARCHAR, weight DOUBLE)[]',
  conversation_id: 'VARCHAR',
  big: 'BIGINT',
  score: 'DOUBLE',
  ok: 'BOOLEAN',
  day: 'DATE',
  tags: 'VARCHAR[]',
  meta: 'STRUCT(b INTEGER, a STRUCT(x VARCHAR)[])',
  never: 'VARCHAR',
}

const WORDS = [
  'fever',
  'und',
  'é',
  '発熱',
  '🩺',
  '"',
  '\\',
  '\n',
  '\t',
  '\u0007',
  ' ',
  '<5 mg',
  'ß',
  '\u2028',
]

function randomText(random: () => number): string {
  const length = random() < 0.02 ? 4000 : Math.floor(random() * 12)
  return Array.from({ length }, () => pick(random, WORDS)).join('')
}

function maybe<T>(random: () => number, make: () => T, nullRatio = 0.15): T | null {
  return random() < nullRatio ? null : make()
}

function randomTurn(random: () => number): Turn {
  return maybe(
    random,
    () => ({
      value: maybe(random, () => randomText(random)),
      from: maybe(random, () => pick(random, ['system', 'human', 'gpt', 'GPT ', 'wizard', ''])),
      weight: maybe(random, () => pick(random, [0, -1.5, 1e21, 3])),
    }),
    0.1,
  )
}

function randomRow(random: () => number): Row {
  const turns = (): Turn[] => Array.from({ length: Math.floor(random() * 4) }, () => randomTurn(random))
  return {
    conversations: maybe(random, turns),
    conversation_id: maybe(random, () => randomText(random)),
    big: maybe(random, () => Math.floor((random() - 0.5) * 2 ** 53)),
    score: maybe(random, () => random() * 1e6),
    ok: maybe(random, () => random() < 0.5),
    day: maybe(random, () => new Date(Math.floor(random() * 2e12)).toISOString().slice(0, 10)),
    tags: maybe(random, () =>
      Array.from({ length: Math.floor(random() * 3) }, () => maybe(random, () => randomText(random))),
    ),
    meta: maybe(random, () => ({
      b: maybe(random, () => Math.floor(random() * 100)),
      a: maybe(random, () =>
        Array.from({ length: Math.floor(random() * 3) }, () => ({
          x: maybe(random, () => randomText(random)),
        })),
      ),
    })),
    never: null,
  }
}

/** The slow, obvious meaning of a row. */
function expected(row: Row, number: number): PlainRow {
  const { conversations, ...columns } = row
  const readable = (conversations ?? []).filter((turn) => turn !== null)
  const reason =
    conversations === null ? 'null-conversation' : readable.length === 0 ? 'no-turns' : 'readable'
  const record = canonicalJson(
    Object.fromEntries(
      Object.entries(row as unknown as JsonObject).filter(([, value]) => value !== null),
    ) as JsonObject,
  )
  return {
    row: number,
    reason,
    turns: reason === 'readable' ? conversations!.map(expectedTurn) : [],
    columns,
    record,
  }
}

const ROLE_OF: Readonly<Record<string, string>> = {
  system: 'system',
  human: 'user',
  gpt: 'assistant',
  'GPT ': 'assistant',
}

function expectedTurn(turn: Turn): PlainRow['turns'][number] {
  const role = ROLE_OF[turn?.from ?? ''] ?? 'unknown'
  const unknown = role === 'unknown' ? TURN_FLAG.unknownRole : 0
  const empty = turn === null || turn.value === null ? TURN_FLAG.nullContent : 0
  const read = { role, flags: unknown | empty, text: turn?.value ?? '' }
  const weight = turn?.weight ?? null
  if (weight === null) return read
  return { ...read, unread: [`"weight" ${hash('sha256', JSON.stringify(weight))}`] }
}

async function read(path: string, options: Partial<ReadOptions> = {}): Promise<PlainRow[]> {
  const shard = await shardOf(path)
  const columns = recogniseColumns(shard.schema!, {}, path)
  const slice = { shard: 0, start: 0, end: shard.rowGroups!.length, firstRow: 0, rows: shard.rows }
  return await plainRows(readSlice(shard, slice, { columns, memoryBytes: 1 << 30, ...options }))
}

const CODECS = ['uncompressed', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4_raw'] as const

describe('random nested rows written by DuckDB', () => {
  it.each(
    CODECS.flatMap((codec, seed) => (['V1', 'V2'] as const).map((version) => ({ codec, version, seed }))),
  )('both readers give back every value: $codec, $version', async ({ codec, version, seed }) => {
    const random = randomOf(seed + 1)
    // DuckDB takes a second for 100 rows of Brotli.
    const rows = Array.from({ length: codec === 'brotli' ? 200 : 2500 }, () => randomRow(random))
    const path = join(folder, `${codec}-${version}.parquet`)
    await duckParquet(path, rows, { columns: TYPES, codec, version, rowGroupRows: 2048 })
    const retries: unknown[] = []
    const onRowGroupRetry = (info: unknown): void => void retries.push(info)
    const wanted = rows.map(expected)
    expect(await read(path, { onRowGroupRetry })).toEqual(wanted)
    expect(retries).toEqual([])
    expect(await read(path, { reader: 'second' })).toEqual(wanted)
  })

  it('a file without rows has no batches', async () => {
    const path = join(folder, 'empty.parquet')
    await duckParquet(path, [], { columns: TYPES })
    expect(await read(path)).toEqual([])
  })
})

describe('other shapes', () => {
  async function turnsOf(name: string, columns: Record<string, string>, rows: object[]): Promise<PlainRow[]> {
    const path = join(folder, `${name}.parquet`)
    await duckParquet(path, rows, { columns })
    const first = await read(path)
    expect(await read(path, { reader: 'second' })).toEqual(first)
    return first
  }
  const short = (rows: PlainRow[]): unknown[] =>
    rows.map((row) => [
      row.reason,
      ...row.turns.map((turn) => `${turn.role}:${turn.text}${turn.flags ? `#${turn.flags}` : ''}`),
    ])

  it('messages with content as text', async () => {
    const rows = [
      {
        messages: [
          { role: 'user', content: 'a' },
          { role: 'assistant', content: 'b' },
        ],
      },
      { messages: [] },
    ]
    const read = await turnsOf('messages', { messages: 'STRUCT("role" VARCHAR, content VARCHAR)[]' }, rows)
    expect(short(read)).toEqual([['readable', 'user:a', 'assistant:b'], ['no-turns']])
  })

  it('messages with content as parts; other parts are left out and flagged', async () => {
    const content = (...parts: (string | null)[]): object[] =>
      parts.map((text) => ({ type: text === null ? 'image' : 'text', text }))
    const rows = [
      {
        messages: [
          { role: 'user', content: content('x', null, 'y') },
          { role: 'tool', content: null },
        ],
      },
    ]
    const columns = { messages: 'STRUCT("role" VARCHAR, content STRUCT("type" VARCHAR, "text" VARCHAR)[])[]' }
    expect(short(await turnsOf('parts', columns, rows))).toEqual([
      ['readable', `user:x\ny#${TURN_FLAG.partsOmitted}`, `tool:#${TURN_FLAG.nullContent}`],
    ])
  })

  it('a prompt and its completion, each a list of turns', async () => {
    const rows = [
      { prompt: [{ role: 'user', content: 'p' }], completion: [{ role: 'assistant', content: 'c' }] },
      { prompt: null, completion: [{ role: 'assistant', content: 'c' }] },
      { prompt: [], completion: null },
      { prompt: null, completion: null },
    ]
    const turns = 'STRUCT("role" VARCHAR, content VARCHAR)[]'
    expect(short(await turnsOf('pair', { completion: turns, prompt: turns }, rows))).toEqual([
      ['readable', 'user:p', 'assistant:c'],
      ['readable', 'assistant:c'],
      ['no-turns'],
      ['null-conversation'],
    ])
  })

  it('prompt and response', async () => {
    const rows = [
      { prompt: 'p', response: 'r' },
      { prompt: null, response: 'r' },
      { prompt: null, response: null },
    ]
    const read = await turnsOf('prompt', { response: 'VARCHAR', prompt: 'VARCHAR' }, rows)
    expect(short(read)).toEqual([
      ['readable', 'user:p', 'assistant:r'],
      ['readable', `user:#${TURN_FLAG.nullContent}`, 'assistant:r'],
      ['null-conversation'],
    ])
  })

  it('instruction, input, output: an empty input is no turn', async () => {
    const rows = [
      { instruction: 'i', input: '', output: 'o' },
      { instruction: 'i', input: 'n', output: 'o' },
    ]
    const read = await turnsOf(
      'alpaca',
      { instruction: 'VARCHAR', input: 'VARCHAR', output: 'VARCHAR' },
      rows,
    )
    expect(short(read)).toEqual([
      ['readable', 'user:i', 'assistant:o'],
      ['readable', 'user:i', 'user:n', 'assistant:o'],
    ])
  })

  it('instruction, context, response: an empty context is no turn', async () => {
    const rows = [
      { instruction: 'i', context: '', response: 'r' },
      { instruction: 'i', context: 'c', response: 'r' },
    ]
    const columns = { instruction: 'VARCHAR', context: 'VARCHAR', response: 'VARCHAR' }
    expect(short(await turnsOf('dolly', columns, rows))).toEqual([
      ['readable', 'user:i', 'assistant:r'],
      ['readable', 'user:i', 'document:c', 'assistant:r'],
    ])
  })

  it('a system prompt under its longer name', async () => {
    const rows = [
      { system_prompt: 's', question: 'q', response: 'r' },
      { system_prompt: '', question: 'q', response: 'r' },
    ]
    const columns = { system_prompt: 'VARCHAR', question: 'VARCHAR', response: 'VARCHAR' }
    expect(short(await turnsOf('orca', columns, rows))).toEqual([
      ['readable', 'system:s', 'user:q', 'assistant:r'],
      ['readable', 'user:q', 'assistant:r'],
    ])
  })

  it('preferences: the preferred answer', async () => {
    const rows = [{ prompt: 'p', chosen: 'c', rejected: 'n' }]
    const columns = { prompt: 'VARCHAR', chosen: 'VARCHAR', rejected: 'VARCHAR' }
    expect(short(await turnsOf('preferences', columns, rows))).toEqual([
      ['readable', 'user:p', 'assistant:c'],
    ])
  })

  it('patient and doctor; a cleaned text beside the raw one', async () => {
    const talk = await turnsOf('talk', { Patient: 'VARCHAR', Doctor: 'VARCHAR' }, [
      { Patient: 'p', Doctor: 'd' },
    ])
    expect(short(talk)).toEqual([['readable', 'user:p', 'assistant:d']])
    const page = await turnsOf('page', { title: 'VARCHAR', clean_text: 'VARCHAR', raw_text: 'VARCHAR' }, [
      { title: 't', clean_text: 'c', raw_text: 'r' },
    ])
    expect(short(page)).toEqual([['readable', 'document:c']])
  })

  it('one text column', async () => {
    const rows = [
      { text: 'doc', url: 'u' },
      { text: null, url: 'v' },
      { text: '', url: null },
    ]
    const read = await turnsOf('text', { text: 'VARCHAR', url: 'VARCHAR' }, rows)
    expect(short(read)).toEqual([
      ['readable', 'document:doc'],
      ['null-conversation'],
      ['readable', 'document:'],
    ])
    expect(read.map((row) => row.columns)).toEqual([{ url: 'u' }, { url: 'v' }, { url: null }])
  })

  it('other column types arrive as both readers agree', async () => {
    const rows = [
      {
        text: 'x',
        at: '2024-02-29 12:34:56.789',
        n: 7,
        u: '3f2504e0-4f89-11d3-9a0c-0305e82c3301',
        m: { k: 1, j: 2 },
        id: '9007199254740993',
      },
    ]
    const columns = {
      text: 'VARCHAR',
      at: 'TIMESTAMP',
      n: 'UTINYINT',
      u: 'UUID',
      m: 'MAP(VARCHAR, INTEGER)',
      id: 'BIGINT',
    }
    const [row] = await turnsOf('types', columns, rows)
    const values: JsonValue = {
      at: '2024-02-29T12:34:56.789000Z',
      n: 7,
      u: '3f2504e04f8911d39a0c0305e82c3301',
      m: [
        ['j', 2],
        ['k', 1],
      ],
      id: '9007199254740993',
    }
    expect(row!.columns).toEqual(values)
  })
})
