import { hash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TURN_FLAG } from '../../src/core/example.ts'
import type { Shard } from '../../src/core/source.ts'
import { openBytes } from '../../src/io/bytes.ts'
import { readSlice } from '../../src/io/decode.ts'
import { hasLongDigits } from '../../src/io/exact-integers.ts'
import { jsonlSchema } from '../../src/io/jsonl-schema.ts'
import { LineMarks } from '../../src/io/line-marks.ts'
import { readRows } from '../../src/io/lookup.ts'
import { recogniseColumns } from '../../src/io/shape.ts'
import { plainRows } from '../support/decoded.ts'
import type { PlainRow } from '../support/decoded.ts'
import { duck, shardOf } from '../support/parquet.ts'
import { pick, randomOf } from '../support/random.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-jsonl-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function schemaOf(
  path: string,
  format: Shard['format'],
): Promise<Awaited<ReturnType<typeof jsonlSchema>>> {
  const reader = await openBytes({ kind: 'file', path })
  try {
    return await jsonlSchema(reader, format, path)
  } finally {
    await reader.close()
  }
}

async function read(
  path: string,
  format: Shard['format'] = 'jsonl',
  cut?: [number, number, number],
): Promise<PlainRow[]> {
  const shard = await shardOf(path, format)
  const columns = recogniseColumns(await schemaOf(path, format), {}, path)
  const [start, end, firstRow] = cut ?? [0, shard.bytes, 0]
  return await plainRows(
    readSlice(shard, { shard: 0, start, end, firstRow, rows: null }, { columns, memoryBytes: 1 << 30 }),
  )
}

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}

const chat = (...texts: string[]): object => ({
  messages: texts.map((content, i) => ({ role: i % 2 ? 'assistant' : 'user', content })),
})

describe('JSON lines', () => {
  it('reads rows, skips blank lines, and keeps broken lines as rows', async () => {
    const lines = [
      JSON.stringify({ id: 'a', ...chat('q', 'r') }),
      '',
      '  \t',
      '{"id": "b", "messages": [',
      '[1, 2]',
      'null',
      JSON.stringify({ id: 'c', messages: 'not a list' }),
      JSON.stringify({ id: 'd', messages: null }),
      JSON.stringify({ id: 'e', messages: [] }),
      JSON.stringify({ id: 'f', messages: [7, { role: 'user', content: { deep: 1 } }] }),
      JSON.stringify({
        id: 'g',
        messages: [null, { role: 'user', content: ['x', { type: 'image' }, { type: 'text', text: 'y' }] }],
      }),
    ]
    const rows = await read(await file('mixed.jsonl', `\ufeff${lines.join('\r\n')}`))
    expect(rows.map((row) => [row.row, row.reason])).toEqual([
      [0, 'readable'],
      [1, 'invalid-json'],
      [2, 'invalid-json'],
      [3, 'invalid-json'],
      [4, 'wrong-type'],
      [5, 'null-conversation'],
      [6, 'no-turns'],
      [7, 'wrong-type'],
      [8, 'readable'],
    ])
    expect(rows[0]!.turns.map((turn) => turn.text)).toEqual(['q', 'r'])
    expect(rows[0]!.columns).toEqual({ id: 'a' })
    expect(rows[8]!.turns).toEqual([
      { role: 'unknown', flags: TURN_FLAG.unknownRole | TURN_FLAG.nullContent, text: '' },
      {
        ...{ role: 'user', flags: TURN_FLAG.partsOmitted, text: 'x\ny' },
        unread: [`"content.image" ${hash('sha256', '[1,{"type":"image"}]')}`],
      },
    ])
  })

  it('lone surrogates and invalid UTF-8 become U+FFFD and are flagged; a real U+FFFD is not', async () => {
    const bytes = Buffer.concat([
      Buffer.from('{"text": "a\\ud83dz"}\n{"text": "plain \ufffd"}\n{"text": "'),
      Buffer.from([0xc3, 0x28]),
      Buffer.from('"}\n{"text": "\\ud83e\\ude7a"}\n'),
    ])
    const rows = await read(await file('damaged.jsonl', bytes))
    expect(rows.map((row) => row.turns[0])).toEqual([
      { role: 'document', flags: TURN_FLAG.invalidUtf8, text: 'a\ufffdz' },
      { role: 'document', flags: 0, text: 'plain \ufffd' },
      { role: 'document', flags: TURN_FLAG.invalidUtf8, text: '\ufffd(' },
      { role: 'document', flags: 0, text: '🩺' },
    ])
  })

  it('columns are text, nested ones JSON; records do not depend on key order', async () => {
    const rows = await read(
      await file(
        'columns.jsonl',
        '{"text":"t","n":1.50,"meta":{"b":1,"a":[null]},"x":null}\n{"meta":{"a":[null],"b":1},"n":1.5,"text":"t"}\n',
      ),
    )
    expect(rows[0]!.columns).toEqual({ n: '1.5', meta: { a: [null], b: 1 }, x: null })
    expect(rows[0]!.record).toBe(rows[1]!.record)
    expect(rows[0]!.record).toBe('{"meta":{"a":[null],"b":1},"n":1.5,"text":"t"}')
  })

  it('any cut at line starts gives the rows of the whole', async () => {
    const random = randomOf(7)
    const lines = Array.from({ length: 6000 }, (_, i) =>
      random() < 0.05
        ? pick(random, ['', ' ', 'x'])
        : JSON.stringify({ text: `${i} ${'é'.repeat(random() * 50)}` }),
    )
    const bytes = Buffer.from(`${lines.join('\n')}\n`)
    const path = await file('cut.jsonl', bytes)
    const whole = await read(path)
    const rows: PlainRow[] = []
    for (let at = 0; at < bytes.length;) {
      const to = Math.min(bytes.length, at + 1 + Math.floor(random() * 90_000))
      const end = to === bytes.length ? to : bytes.indexOf(10, to) + 1 || bytes.length
      rows.push(...(await read(path, 'jsonl', [at, end, rows.length])))
      at = end
    }
    expect(rows).toEqual(whole)
    const marks = new LineMarks()
    marks.add(bytes)
    expect(whole.length).toBe(marks.finish().rows)
  })

  it('gzip (several members) and zstd (several frames) give the rows of the plain file', async () => {
    const parts = [0, 1, 2].map((part) =>
      Array.from(
        { length: 900 },
        (_, i) => `${JSON.stringify(chat(`question ${part} ${i}`, 'answer'))}\n`,
      ).join(''),
    )
    const plain = await read(await file('plain.jsonl', parts.join('')))
    expect(plain.length).toBe(2700)
    const gz = await file('many.jsonl.gz', Buffer.concat(parts.map((part) => gzipSync(part))))
    expect(await read(gz, 'jsonl.gz')).toEqual(plain)
    const frames = await Promise.all(parts.map((part, i) => zstd(`frame${i}`, part)))
    const zst = await file('many.jsonl.zst', Buffer.concat(frames))
    expect(await read(zst, 'jsonl.zst')).toEqual(plain)
  })

  it('damaged and truncated compression is one clear error', async () => {
    const text = Array.from(
      { length: 2000 },
      (_, i) => `${JSON.stringify({ text: `row ${i} ${Math.sin(i)}` })}\n`,
    ).join('')
    const [gz, zst] = [gzipSync(text), await zstd('one', text)]
    const broken: [string, Shard['format'], Uint8Array][] = [
      ['cut.gz', 'jsonl.gz', gz.subarray(0, gz.length >> 1)],
      ['cut.zst', 'jsonl.zst', zst.subarray(0, zst.length >> 1)],
      ['noise.zst', 'jsonl.zst', Buffer.concat([zst.subarray(0, 200), Buffer.alloc(4000, 7)])],
      ['not.gz', 'jsonl.gz', Buffer.from(text)],
      ['not.zst', 'jsonl.zst', Buffer.from(text)],
    ]
    for (const [name, format, bytes] of broken) {
      const path = await file(name, bytes)
      const shard = await shardOf(path, format)
      const columns = { shape: { kind: 'text', column: 'text' }, id: null, source: null } as const
      const slice = { shard: 0, start: 0, end: shard.bytes, firstRow: 0, rows: null }
      await expect(
        plainRows(readSlice(shard, slice, { columns, memoryBytes: 1 << 30 })),
        name,
      ).rejects.toMatchObject({ code: 'JSONL_INVALID' })
    }
  })
})

/** A zstd frame by DuckDB, which writes compressed CSV of one column as the lines themselves. */
async function zstd(name: string, text: string): Promise<Uint8Array> {
  const [source, target] = [await file(`${name}.txt`, text), join(folder, `${name}.zst`)]
  await duck(`COPY (SELECT * FROM read_csv('${source}', header = false, columns = {'line': 'VARCHAR'}, delim = '\x01', quote = '', escape = ''))
    TO '${target}' (FORMAT csv, HEADER false, COMPRESSION zstd, QUOTE '', ESCAPE '', DELIMITER '\x01')`)
  const { readFile } = await import('node:fs/promises')
  return await readFile(target)
}

describe('a second look', () => {
  it('gives the named rows with their text and columns', async () => {
    const lines = Array.from({ length: 150_000 }, (_, i) => `{"id":${i},"text":"row number ${i}"}\n`)
    const path = await file('look.jsonl', lines.join(''))
    const shard = await shardOf(path, 'jsonl')
    const columns = recogniseColumns(await schemaOf(path, 'jsonl'), {}, path)
    const wanted = [0, 1, 777, 120_000, 149_999]
    const seen = []
    for await (const example of readRows(shard, 3, wanted, columns)) seen.push(example)
    expect(seen.map((example) => [example.shard, example.row, example.exampleId])).toEqual(
      wanted.map((row) => [3, row, `${row}`]),
    )
    expect(seen.map((example) => Buffer.from(example.turns[0]!.text).toString())).toEqual(
      wanted.map((row) => `row number ${row}`),
    )
    await expect(readRows(shard, 3, [150_000], columns).next()).rejects.toMatchObject({ code: 'INTERNAL' })
  })
})

describe('roles of unknown names', () => {
  it('come with their names, escaped and short, from JSON lines as from Parquet', async () => {
    const turn = (role: unknown): object => ({ role, content: 'x' })
    const lines = [
      { messages: [turn('user'), turn('Narrator'), turn('a\u202eb\u0000')] },
      { messages: [] },
      { messages: [turn('n'.repeat(100)), turn(null)] },
    ].map((row) => JSON.stringify(row))
    const path = await file('roles.jsonl', `${lines.join('\n')}\n{"messages":[{"role":7,"content":"x"}]}\n`)
    const labels = ['"Narrator"', '"a\\u202eb\\u0000"', `"${'n'.repeat(18)} … ${'n'.repeat(18)}"`, '(none)']
    expect(await labelsOf(path, 'jsonl')).toEqual([...labels, '(not a text)'])
    const target = join(folder, 'roles.parquet')
    const list = `[{role: 'user', content: 'x'}, {role: 'Narrator', content: 'x'}, {role: 'a' || chr(8238) || 'b', content: 'x'},
      {role: repeat('n', 100), content: 'x'}, {role: NULL, content: 'x'}]`
    await duck(`COPY (SELECT ${list} AS messages) TO '${target}' (FORMAT parquet)`)
    expect(await labelsOf(target, 'parquet')).toEqual([labels[0], '"a\\u202eb"', ...labels.slice(2)])
  })

  async function labelsOf(path: string, format: Shard['format']): Promise<string[]> {
    const shard = await shardOf(path, format)
    const columns = recogniseColumns(shard.schema ?? (await schemaOf(path, format)), {}, path)
    const end = format === 'parquet' ? 1 : shard.bytes
    const slice = { shard: 0, start: 0, end, firstRow: 0, rows: null }
    const labels: string[] = []
    for await (const batch of readSlice(shard, slice, { columns, memoryBytes: 1 << 30 }))
      labels.push(...batch.unknownRoles!.label)
    return labels
  }
})

describe('a line nested too deeply', () => {
  const nested = (levels: number): string =>
    `{"text":"t","deep":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`

  it('is a row that cannot be read, and the rows beside it are', async () => {
    const path = await file(
      'deep.jsonl',
      ['{"text":"a"}', nested(200), nested(201), nested(100_000), '{"text":"b"}'].join('\n'),
    )
    const rows = await read(path)
    expect(rows.map(({ reason, turns }) => [reason, turns.map(({ text }) => text)])).toEqual([
      ['readable', ['a']],
      ['readable', ['t']],
      ['nested-too-deeply', []],
      ['nested-too-deeply', []],
      ['readable', ['b']],
    ])
  })
})

describe('two members of one name', () => {
  it('are flagged wherever they are, and nothing else is', async () => {
    const turn = (text: string): string => `{"role":"user","content":"${text}"}`
    const repeated = [
      `{"messages":[${turn('old')}],"messages":[${turn('new')}]}`,
      '{"messages":[{"role":"user","content":"old","content":"new"}]}',
      `{"messages":[${turn('new')},${turn('new')}],"a":{"b":[{"c":1,"\\u0063":2}]}}`,
    ]
    const sound = [
      `{"messages":[${turn('"a":1,\\\\'.replaceAll('"', '\\"'))}],"a":{"messages":1}}`,
      `{"messages":[${turn(`${'x'.repeat(40)}\\\\`)},${turn('\\":')}],"":"","__proto__":{"a":1},"1":2}`,
    ]
    const rows = await read(await file('twice.jsonl', [...repeated, ...sound].join('\n')))
    expect(rows.map(({ turns }) => turns[0]!.flags)).toEqual([16, 16, 16, 0, 0])
    expect(rows.slice(0, 3).map(({ turns }) => turns[0]!.text)).toEqual(['new', 'new', 'new'])
    expect(rows[2]!.turns[1]!.flags).toBe(0)
  })

  it('are told in any row a parser takes', async () => {
    const random = randomOf(11)
    const value = (depth: number): string => {
      const kind = depth > 3 ? 0 : Math.floor(random() * 4)
      if (kind === 1) return `[${[value(depth + 1), value(depth + 1)].join(' , ')}]`
      if (kind === 2) return object(depth + 1)
      const text = pick(random, ['', ':', '"', '\\', '\\"', '{"a":1}', `${'é:"'.repeat(20)}\\`])
      return kind === 3 ? pick(random, ['1', '-2.5e3', 'true', 'null']) : JSON.stringify(text)
    }
    const object = (depth: number): string => {
      const names = Array.from({ length: Math.floor(random() * 4) }, () =>
        pick(random, ['a', 'b"', 'c\\', ':']),
      )
      if (new Set(names).size < names.length) repeats = true
      return `{${names.map((name) => `${JSON.stringify(name)} : ${value(depth)}`).join(',')}}`
    }
    let repeats = false
    const lines: string[] = []
    const expected: number[] = []
    for (let i = 0; i < 2000; i++) {
      repeats = false
      lines.push(`{"text":"t","x":${object(0)}}`)
      expected.push(repeats ? TURN_FLAG.repeatedName : 0)
    }
    const rows = await read(await file('any.jsonl', lines.join('\n')))
    expect(rows.map(({ turns }) => turns[0]!.flags)).toEqual(expected)
    expect(new Set(expected).size).toBe(2)
  })
})

describe('integers no double holds', () => {
  const big = '{"id":9007199254740993,"text":"a","meta":{"n":[-12345678901234567890,9007199254740992]}}'

  it('keep their digits', async () => {
    const path = await file('big.jsonl', `${big}\n${big.replace('0993', '0992')}\n`)
    const rows = await read(path)
    expect(rows.map(({ columns }) => columns['id'])).toEqual(['9007199254740993', '9007199254740992'])
    expect(rows[0]!.record).toBe(
      '{"id":9007199254740993,"meta":{"n":[-12345678901234567890,9007199254740992]},"text":"a"}',
    )
    expect((await schemaOf(path, 'jsonl')).map(({ name, type }) => [name, type])).toEqual([
      ['id', 'int64'],
      ['text', 'utf8'],
      ['meta', 'struct<n: list<int64>>'],
    ])
  })

  it('are told from what only looks like them', async () => {
    const lines = [
      '{"text":"id 9007199254740993 \\"9007199254740993\\\\","n":0.12345678901234567890}',
      '{"text":"integer:9007199254740993","n":12345678901234567890e2,"9007199254740993":1}',
      '{"text":"integer:7 \\u0069nteger-:8","n":9007199254740993}',
      '{"text":"exact","n":9007199254740991}',
    ]
    const rows = await read(await file('like.jsonl', lines.join('\n')))
    expect(rows.map(({ turns, columns }) => [turns[0]!.text, columns['n']])).toEqual([
      ['id 9007199254740993 "9007199254740993\\', '0.12345678901234568'],
      ['integer:9007199254740993', '1.2345678901234568e+21'],
      ['integer:7 integer-:8', '9007199254740993'],
      ['exact', '9007199254740991'],
    ])
  })

  it('make the record a Parquet file of the same values makes', async () => {
    const path = await file('same.jsonl', '{"id":9223372036854775807,"text":"a"}\n')
    const target = join(folder, 'same.parquet')
    await duck(`COPY (SELECT 9223372036854775807::BIGINT AS id, 'a' AS text) TO '${target}' (FORMAT parquet)`)
    const shard = await shardOf(target)
    const columns = recogniseColumns(shard.schema!, {}, target)
    const slice = { shard: 0, start: 0, end: 1, firstRow: 0, rows: null }
    const parquet = await plainRows(readSlice(shard, slice, { columns, memoryBytes: 1 << 30 }))
    expect((await read(path))[0]!.record).toBe(parquet[0]!.record)
  })

  it('are found wherever digits run, in time that grows with the line only', () => {
    const random = randomOf(3)
    for (let round = 0; round < 2000; round++) {
      const text = Array.from({ length: Math.floor(random() * 60) }, () => (random() < 0.9 ? '7' : ' ')).join(
        '',
      )
      const bytes = Buffer.from(text)
      expect(hasLongDigits(bytes, 0, bytes.length), text).toBe(/[0-9]{16}/.test(text))
    }
  })
})
