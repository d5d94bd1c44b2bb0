import { hash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TURN_FLAG } from '../../src/core/example.ts'
import type { Example } from '../../src/core/example.ts'
import { packExamples, unpackExamples } from '../../src/core/packed-examples.ts'
import { openBytes } from '../../src/io/bytes.ts'
import { readSlice } from '../../src/io/decode.ts'
import { jsonlSchema } from '../../src/io/jsonl-schema.ts'
import { readRows } from '../../src/io/lookup.ts'
import { recogniseColumns } from '../../src/io/shape.ts'
import { plainRows } from '../support/decoded.ts'
import type { PlainRow } from '../support/decoded.ts'
import { duckParquet, shardOf } from '../support/parquet.ts'
import { pick, randomOf } from '../support/random.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-turn-fields-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function jsonl(name: string, rows: readonly object[]): Promise<PlainRow[]> {
  const path = join(folder, `${name}.jsonl`)
  await writeFile(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  const reader = await openBytes({ kind: 'file', path })
  const schema = await jsonlSchema(reader, 'jsonl', path)
  await reader.close()
  const shard = await shardOf(path, 'jsonl')
  const columns = recogniseColumns(schema, {}, path)
  const slice = { shard: 0, start: 0, end: shard.bytes, firstRow: 0, rows: null }
  return await plainRows(readSlice(shard, slice, { columns, memoryBytes: 1 << 30 }))
}

/** The rows as both readers of Parquet agree on them. */
async function parquet(name: string, rows: readonly object[], messages: string): Promise<PlainRow[]> {
  const path = join(folder, `${name}.parquet`)
  await duckParquet(path, rows, { columns: { messages } })
  const shard = await shardOf(path)
  const columns = recogniseColumns(shard.schema!, {}, path)
  const slice = { shard: 0, start: 0, end: shard.rowGroups!.length, firstRow: 0, rows: shard.rows }
  const read = (reader: 'first' | 'second'): Promise<PlainRow[]> =>
    plainRows(readSlice(shard, slice, { columns, memoryBytes: 1 << 30, reader }))
  const first = await read('first')
  expect(await read('second')).toEqual(first)
  return first
}

const turnsOf = (rows: readonly PlainRow[]): PlainRow['turns'][] => rows.map((row) => row.turns)
const row = (...messages: object[]): object => ({ messages })
const unread = (field: string, value: unknown): string =>
  `"${field}" ${hash('sha256', JSON.stringify(value))}`

const CALLS = `"role" VARCHAR, content VARCHAR, tool_calls STRUCT(id VARCHAR, "type" VARCHAR,
  "function" STRUCT("name" VARCHAR, arguments VARCHAR))[]`
const call = (name: string, args: unknown, more: object = {}): object => ({
  ...more,
  type: 'function',
  function: { name, arguments: args },
})

describe('reasoning of a turn', () => {
  const turns = `STRUCT("role" VARCHAR, content VARCHAR, reasoning_content VARCHAR, thinking VARCHAR)[]`

  it('is a block in front of its content', async () => {
    const rows = [
      row({ role: 'assistant', content: '5 mg', reasoning_content: 'A “small” dose.' }),
      row({ role: 'assistant', content: '5 mg', thinking: 'Other field.' }),
      row({ role: 'assistant', content: '5 mg', reasoning_content: 'First.', thinking: 'Second.' }),
      row({ role: 'assistant', content: '5 mg', reasoning_content: '' }),
      row({ role: 'assistant', content: null, reasoning_content: 'Only thought.' }),
      row({ role: 'user', content: 'How much?', reasoning_content: 'Not an answer.' }),
    ]
    const read = turnsOf(await jsonl('reasoning', rows))
    const assistant = (text: string, flags = 0): object => ({ role: 'assistant', flags, text })
    expect(read).toEqual([
      [assistant('<think>\nA “small” dose.\n</think>\n\n5 mg')],
      [assistant('<think>\nOther field.\n</think>\n\n5 mg')],
      [{ ...assistant('<think>\nFirst.\n</think>\n\n5 mg'), unread: [unread('thinking', 'Second.')] }],
      [assistant('5 mg')],
      [assistant('<think>\nOnly thought.\n</think>\n\n', TURN_FLAG.nullContent)],
      [
        {
          ...{ role: 'user', flags: 0, text: 'How much?' },
          unread: [unread('reasoning_content', 'Not an answer.')],
        },
      ],
    ])
    expect(turnsOf(await parquet('reasoning', rows, turns))).toEqual(read)
  })
})

describe('calls of a turn', () => {
  it('are text behind its content, name and arguments, and a turn that calls is not empty', async () => {
    const rows = [
      row({ role: 'assistant', content: null, tool_calls: [call('order', '{"drug": "aspirin", "mg": 5}')] }),
      row({ role: 'assistant', content: 'I order.', tool_calls: [call('a', '{}'), call('b', 'no JSON "x')] }),
      row({ role: 'assistant', content: 'No call.', tool_calls: [] }),
      row({ role: 'assistant', content: null, tool_calls: [call('now', null, { id: 'call-1' })] }),
    ]
    const read = turnsOf(await jsonl('calls', rows))
    expect(read.map(([turn]) => [turn!.text, turn!.flags, turn!.unread])).toEqual([
      ['{"arguments":{"drug": "aspirin", "mg": 5},"name":"order"}', 0, undefined],
      ['I order.\n{"arguments":{},"name":"a"}\n{"arguments":"no JSON \\"x","name":"b"}', 0, undefined],
      ['No call.', 0, undefined],
      ['{"name":"now"}', 0, [unread('tool_calls.id', [0, 'call-1'])]],
    ])
    expect(turnsOf(await parquet('calls', rows, `STRUCT(${CALLS})[]`))).toEqual(read)
  })

  it('are read where their arguments are objects, and in forms of their own', async () => {
    const args = 'STRUCT(mg INTEGER, drug VARCHAR, "when" VARCHAR[])'
    const type = `STRUCT("role" VARCHAR, content VARCHAR, function_call STRUCT("name" VARCHAR, arguments ${args}),
      tool_calls STRUCT("name" VARCHAR, custom STRUCT(input VARCHAR))[])[]`
    const rows = [
      row({ role: 'assistant', content: 'x', function_call: { name: 'f', arguments: { mg: 5, drug: 'a' } } }),
      row({ role: 'assistant', content: '', tool_calls: [{ name: 'g', custom: { input: 'free text' } }] }),
    ]
    const read = turnsOf(await jsonl('objects', rows))
    expect(read.map(([turn]) => turn!.text)).toEqual([
      'x\n{"arguments":{"drug":"a","mg":5},"name":"f"}',
      '{"custom":{"input":"free text"},"name":"g"}',
    ])
    expect(turnsOf(await parquet('objects', rows, type))).toEqual(read)
  })

  it('stand behind the reasoning and the content, as text where they are text', async () => {
    const turn = { role: 'assistant', content: 'said', reasoning: 'thought', tool_calls: '[{"name":"f"}]' }
    const read = turnsOf(await jsonl('text-calls', [row(turn)]))
    expect(read[0]![0]!.text).toBe('<think>\nthought\n</think>\n\nsaid\n[{"name":"f"}]')
    const type = 'STRUCT("role" VARCHAR, content VARCHAR, reasoning VARCHAR, tool_calls VARCHAR)[]'
    expect(turnsOf(await parquet('text-calls', [row(turn)], type))).toEqual(read)
  })

  it('keep integers no double holds, and are flagged where they are ill-formed', async () => {
    const path = join(folder, 'exact.jsonl')
    const line = (args: string): string =>
      `{"messages":[{"role":"assistant","content":"","tool_calls":[{"name":"f","arguments":${args}}]}]}\n`
    const damaged = Buffer.from(line('{"x":"?"}')).map((byte) => (byte === 0x3f ? 0xff : byte))
    const sound = line('{"id":12345678901234567891}') + line('{"x":"\\ud800"}')
    await writeFile(path, Buffer.concat([Buffer.from(sound), damaged]))
    const shard = await shardOf(path, 'jsonl')
    const columns = {
      shape: { kind: 'turns', column: 'messages', roleField: 'role', contentField: 'content' } as const,
      ...{ id: null, source: null },
    }
    const slice = { shard: 0, start: 0, end: shard.bytes, firstRow: 0, rows: null }
    const [exact, lone, broken] = turnsOf(
      await plainRows(readSlice(shard, slice, { columns, memoryBytes: 1 << 30 })),
    )
    expect(exact![0]!.text).toBe('{"arguments":{"id":12345678901234567891},"name":"f"}')
    expect(broken).toEqual(lone)
    expect(lone![0]).toMatchObject({ flags: TURN_FLAG.invalidUtf8, text: expect.stringContaining('\ufffd') })
  })
})

describe('other fields of a turn', () => {
  it('are noted by name and value where they hold something', async () => {
    const rows = [
      row({ role: 'user', content: 'a', name: 'Ann', weight: 0, deep: { x: null, y: [1, null] } }),
      row({ role: 'user', content: 'a', name: '', weight: null, deep: { x: null, y: null } }),
      row({ role: 'tool', content: 'b', name: 'lab' }, { role: 'user', content: 'c', weight: 1.5 }),
    ]
    const type =
      'STRUCT("role" VARCHAR, content VARCHAR, "name" VARCHAR, weight DOUBLE, deep STRUCT(x VARCHAR, y INTEGER[]))[]'
    const read = turnsOf(await jsonl('others', rows))
    expect(read.map((turns) => turns.map((turn) => turn.unread))).toEqual([
      [[unread('deep', { y: [1, null] }), unread('name', 'Ann'), unread('weight', 0)]],
      [undefined],
      [[unread('name', 'lab')], [unread('weight', 1.5)]],
    ])
    expect(turnsOf(await parquet('others', rows, type))).toEqual(read)
  })

  it('of hostile names are short and without signs that could change how they are shown', async () => {
    const turn = { role: 'user', content: 'a', [`\u202e${'x'.repeat(500)}`]: 1, ['__proto__']: 0 }
    const own = JSON.parse(
      JSON.stringify([turn]).replace('"content"', '"__proto__":{"a":1},"content"'),
    ) as object[]
    const [[read]] = turnsOf(await jsonl('hostile', [row(...own)])) as [[PlainRow['turns'][number]]]
    expect(read.text).toBe('a')
    const names = read.unread!.map((entry) => entry.slice(0, entry.lastIndexOf(' ')))
    expect(names).toHaveLength(2)
    expect(names[0]).toBe('"__proto__"')
    expect(names[1]).toMatch(/^"\\u202ex+ … x+"$/)
    expect(names[1]!.length).toBeLessThan(60)
  })

  it('of a turn that has thousands are so many, and the last stands for the rest', async () => {
    const turn = (last: number): object => ({
      role: 'user',
      content: [
        { type: 'text', text: 'Look.' },
        ...Array.from({ length: 20_000 }, (_, i) => ({ type: 'image', n: i < 19_999 ? i : last })),
      ],
    })
    const path = join(folder, 'thousands.jsonl')
    const texts = [turn(1), turn(2), turn(1)].map((one) => JSON.stringify(row(one)))
    await writeFile(path, texts.join('\n'))
    const shard = await shardOf(path, 'jsonl')
    const columns = {
      shape: { kind: 'turns', column: 'messages', roleField: 'role', contentField: 'content' } as const,
      ...{ id: null, source: null },
    }
    const slice = { shard: 0, start: 0, end: shard.bytes, firstRow: 0, rows: null }
    const read = turnsOf(await plainRows(readSlice(shard, slice, { columns, memoryBytes: 1 << 30 })))
    const [a, b, c] = read.map(([only]) => only!.unread!)
    expect(a).toHaveLength(33)
    expect(a![32]).toMatch(/^\(more\) [0-9a-f]{64}$/)
    expect(b!.slice(0, 32)).toEqual(a!.slice(0, 32))
    expect(b![32]).not.toBe(a![32])
    expect(c).toEqual(a)
  })

  it('go with a row read again, and through a thread', async () => {
    const path = join(folder, 'again.jsonl')
    const rows = [row({ role: 'user', content: 'a' }), row({ role: 'user', content: 'a', name: 'Ann' })]
    await writeFile(path, rows.map((one) => `${JSON.stringify(one)}\n`).join(''))
    const columns = {
      shape: { kind: 'turns', column: 'messages', roleField: 'role', contentField: 'content' } as const,
      ...{ id: null, source: null },
    }
    const examples: Example[] = []
    for await (const one of readRows(await shardOf(path, 'jsonl'), 0, Float64Array.of(0, 1), columns))
      examples.push(one)
    const sha256 = hash('sha256', '"Ann"')
    expect(examples[0]!.unread).toBeUndefined()
    expect(examples[1]!.unread).toEqual([{ turn: 0, field: '"name"', sha256 }])
    expect(unpackExamples(packExamples(examples)).map((example) => example.unread ?? [])).toEqual([
      [],
      [{ turn: 0, field: '"name"', sha256 }],
    ])
  })
})

describe('content parts that are left out', () => {
  it('are noted with their place, kind and value', async () => {
    const image = (url: string): object => ({ type: 'image_url', image_url: { url } })
    const rows = [
      row({ role: 'user', content: [{ type: 'text', text: 'Look.' }, image('https://a')] }),
      row({ role: 'user', content: [image('https://a'), { type: 'text', text: 'Look.' }] }),
    ]
    const type = `STRUCT("role" VARCHAR, content STRUCT("type" VARCHAR, "text" VARCHAR,
      image_url STRUCT(url VARCHAR))[])[]`
    const read = turnsOf(await jsonl('images', rows))
    const value = { image_url: { url: 'https://a' }, type: 'image_url' }
    expect(read).toEqual(
      [1, 0].map((place) => [
        {
          ...{ role: 'user', flags: TURN_FLAG.partsOmitted, text: 'Look.' },
          unread: [unread('content.image_url', [place, value])],
        },
      ]),
    )
    expect(turnsOf(await parquet('images', rows, type))).toEqual(read)
  })
})

describe('random fields', () => {
  it('are read alike from JSON lines and by both readers of Parquet', async () => {
    const random = randomOf(7)
    const maybe = <T>(make: () => T): T | null => (random() < 0.4 ? null : make())
    const text = (): string => pick(random, ['', 'é "x"', '{"a": 1}', '[1,\n2]', '🩺 \\ fever', ' '])
    const some = <T>(make: () => T): T[] => Array.from({ length: Math.floor(random() * 3) }, make)
    const turn = (): object => ({
      role: pick(random, ['user', 'assistant', 'tool']),
      content: maybe(text),
      reasoning_content: maybe(text),
      thinking: maybe(text),
      tool_calls: maybe(() =>
        some(() =>
          maybe(() => ({
            id: maybe(text),
            type: 'function',
            function: maybe(() => ({ name: maybe(text), arguments: maybe(text) })),
          })),
        ),
      ),
      function_call: maybe(() => ({ name: text(), arguments: maybe(() => ({ n: maybe(() => 5) })) })),
      weight: maybe(() => pick(random, [0, 1.5, -2])),
      name: maybe(text),
    })
    const rows = Array.from({ length: 300 }, () => ({ messages: [turn(), ...some(turn)] }))
    const type = `STRUCT(${CALLS}, reasoning_content VARCHAR, thinking VARCHAR, weight DOUBLE, "name" VARCHAR,
      function_call STRUCT("name" VARCHAR, arguments STRUCT(n INTEGER)))[]`
    expect(turnsOf(await parquet('random', rows, type))).toEqual(turnsOf(await jsonl('random', rows)))
  })
})
