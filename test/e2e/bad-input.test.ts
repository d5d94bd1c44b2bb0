import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { columnsParquet, conversationsParquet, wardTalk } from '../hub/parquet.ts'
import type { AuditRecord } from '../../src/core/record.ts'
import { writeFiles } from './corpus.ts'
import { openScene } from '../hub/scene.ts'
import type { Scene } from '../hub/scene.ts'
import { MAIN, assay, command, ensureBuilt } from '../support/cli.ts'
import type { CliResult } from '../support/cli.ts'

let folder = ''
let scene: Scene | undefined
const good = conversationsParquet(wardTalk(300, 1), 100)

beforeAll(async () => {
  ensureBuilt()
  folder = mkdtempSync(join(tmpdir(), 'assay-bad-'))
  scene = await openScene()
})
afterAll(() => scene?.close())

function put(name: string, content: Uint8Array | string): string {
  mkdirSync(dirname(join(folder, name)), { recursive: true })
  writeFileSync(join(folder, name), content)
  return name
}

/** One line on stderr that names the code and the place; exit 2; no report; no stack. */
function oneClearError(result: CliResult, code: string, message: RegExp): void {
  const complaints = result.stderr.split('\n').filter((line) => line.startsWith('assay: '))
  expect(complaints).toHaveLength(1)
  expect(complaints[0]).toMatch(new RegExp(`^assay: ${code}: `))
  expect(complaints[0]).toMatch(message)
  expect(result.stderr).not.toMatch(/^\s+at /m)
  expect(result.code).toBe(2)
  expect(result.stdout).toBe('')
}

async function run(...args: string[]): Promise<CliResult> {
  return assay(['run', ...args, '--out', 'out/report', '--workers', '1'], { cwd: folder })
}

function nothingWritten(): void {
  expect(existsSync(join(folder, 'out')) ? readdirSync(join(folder, 'out')) : []).toEqual([])
}

describe('bad sources', () => {
  it('a glob that matches nothing', async () => {
    oneClearError(await run('nothing/*.parquet'), 'SOURCE_(EMPTY|INVALID)', /nothing/)
    nothingWritten()
  })

  it('an unknown repository', async () => {
    // Without a token the Hub does not tell a private repository from one that is not there.
    oneClearError(await run('hf://datasets/no/such'), 'HUB_(NOT_FOUND|UNAUTHORIZED)', /no\/such.*name/)
    nothingWritten()
  })

  it('a repository behind a gate, without a token and with one that may not', async () => {
    scene!.hub.dataset('org/gated').commit({ 'data/train.parquet': good })
    scene!.hub.fail({ match: /org\/gated/, status: 401 })
    oneClearError(await run('org/gated'), 'HUB_UNAUTHORIZED', /token/i)
    scene!.hub.dataset('org/closed').commit({ 'data/train.parquet': good })
    scene!.hub.fail({ match: /org\/closed/, status: 403 })
    oneClearError(await run('org/closed'), 'HUB_FORBIDDEN', /gated or private/i)
    nothingWritten()
  })

  it('a revision that does not exist', async () => {
    scene!.hub.dataset('org/here').commit({ 'data/train.parquet': good })
    oneClearError(await run('hf://datasets/org/here@nowhere'), 'HUB_REVISION', /nowhere/)
  })

  it('an empty cache, offline', async () => {
    oneClearError(await run('org/here', '--offline'), 'HUB_OFFLINE', /org\/here/)
  })
})

describe('bad Parquet', () => {
  it('a truncated file', async () => {
    oneClearError(
      await run(put('cut.parquet', good.subarray(0, good.length - 700))),
      'PARQUET_INVALID',
      /cut\.parquet/,
    )
    nothingWritten()
  })

  it('a file that is no Parquet, and one that is nearly empty', async () => {
    oneClearError(
      await run(put('text.parquet', 'not parquet at all, '.repeat(40))),
      'PARQUET_INVALID',
      /text\.parquet/,
    )
    oneClearError(await run(put('tiny.parquet', 'PAR1')), 'PARQUET_INVALID', /tiny\.parquet/)
  })

  it('a footer that says it is longer than the file', async () => {
    const lying = Uint8Array.from(good)
    new DataView(lying.buffer).setUint32(lying.length - 8, 0x7fff_ffff, true)
    oneClearError(await run(put('lying.parquet', lying)), 'PARQUET_INVALID', /lying\.parquet/)
  })

  it('garbage in the footer', async () => {
    const garbage = Uint8Array.from(good)
    garbage.fill(0xff, garbage.length - 400, garbage.length - 8)
    oneClearError(await run(put('garbage.parquet', garbage)), 'PARQUET_INVALID', /garbage\.parquet/)
  })

  it('flipped bytes in a page stop the run, or with --keep-going cost that row group alone', async () => {
    const name = put('flipped.parquet', flipped())
    const stopped = await run(name)
    oneClearError(stopped, 'SHARD_FAILED', /flipped\.parquet/)
    expect(stopped.stderr.match(/--keep-going/g)).toHaveLength(1)
    expect(stopped.stderr.match(/etch the file again/g)?.length ?? 0).toBeLessThan(2)
    expect(existsSync(join(folder, 'out', 'report'))).toBe(false)
    const went = await run(name, '--keep-going')
    expect(went.code).toBe(2)
    const record = JSON.parse(readFileSync(join(folder, 'out/report/audit.json'), 'utf8')) as {
      inputs: { rows: number; audited: number; unreadable: Record<string, number> }[]
      failures: { rows: number }[]
      stages: Record<string, { findings: Record<string, number> }>
    }
    expect(record.inputs[0]).toMatchObject({ rows: 300, audited: 200, unreadable: { 'decode-failure': 100 } })
    expect(record.failures).toEqual([expect.objectContaining({ rows: 100, path: 'flipped.parquet' })])
    expect(record.stages['integrity']?.findings).toMatchObject({ 'integrity/unreadable-part': 1 })
  })

  /** Damages every page of the second row group, in the middle of the file. */
  function flipped(): Uint8Array {
    const bytes = Uint8Array.from(good)
    const dataBytes = bytes.length - 8 - new DataView(bytes.buffer).getUint32(bytes.length - 8, true)
    const [from, to] = [Math.floor(dataBytes * 0.36), Math.floor(dataBytes * 0.62)]
    for (let at = from; at < to; at++) bytes[at] = bytes[at]! ^ 0xa5
    return bytes
  }
})

describe('files that are bad from their first bytes', () => {
  const bad = {
    'bad/empty/e.parquet': Buffer.alloc(0),
    'bad/footer/f.parquet': Buffer.from('not parquet at all, '.repeat(40)),
    'bad/packed/g.jsonl.gz': Buffer.from('not gzip at all'),
  }
  const formats = ['json', 'markdown', 'html', 'croissant', 'sarif', 'in-toto']
  const claim = (id: string, value: number, components?: string): object => ({
    ...{ id, kind: 'examples', value, statement: id, statedAt: { quote: id, address: 'README.md' } },
    ...(components === undefined ? {} : { components }),
  })

  beforeAll(() => {
    for (const [name, bytes] of Object.entries(bad)) put(name, bytes)
    put('bad/good/a.parquet', good)
    const claims = [claim('whole', 5), claim('hurt', 0, 'empty'), claim('sound', 300, 'good')]
    put('bad.claims.yaml', JSON.stringify({ claims }))
    const components = {
      ...{
        empty: 'empty/*.parquet',
        footer: 'footer/*.parquet',
        packed: 'packed/*.gz',
        good: 'good/*.parquet',
      },
    }
    const stages = { tokens: {}, duplicates: {}, attribution: {}, quality: {} }
    const pipeline = { name: 'b', source: 'bad', components, stages, claims: 'bad.claims.yaml', formats }
    put('keep.yaml', JSON.stringify(pipeline))
  })

  it('stop the run', async () => {
    oneClearError(await run('keep.yaml'), '(PARQUET|JSONL)_INVALID', /[efg]\.(parquet|jsonl)/)
  })

  it.each([[[]], [['--limit', '50']]])(
    'are failures with --keep-going, and the others are audited (%j)',
    async (more) => {
      const went = await run('keep.yaml', '--keep-going', ...more)
      expect(went.stderr).not.toMatch(/^assay: /m)
      expect(went.code).toBe(2)
      const record = JSON.parse(readFileSync(join(folder, 'out/report/audit.json'), 'utf8')) as AuditRecord
      const failed = record.failures.map(({ component, path, rows, code }) => [component, path, rows, code])
      expect(failed).toEqual([
        ['empty', 'empty/e.parquet', null, 'PARQUET_INVALID'],
        ['footer', 'footer/f.parquet', null, 'PARQUET_INVALID'],
        ['packed', 'packed/g.jsonl.gz', null, 'JSONL_INVALID'],
      ])
      expect(record.failures[0]?.message).toMatch(/too short/)
      expect(record.components['good']?.examples).toBe(more.length === 0 ? 300 : 50)
      if (more.length > 0) return
      expect(record.claims.map(({ id, verdict }) => [id, verdict])).toEqual([
        ['whole', 'undetermined'],
        ['hurt', 'undetermined'],
        ['sound', 'verified'],
      ])
      const verified = await assay(['verify', 'out/report', '--workers', '1'], { cwd: folder })
      expect(verified.stdout).toMatch(/^Everything is as the report says: .*4 inputs/)
    },
  )

  it('are an error where there is nothing else', async () => {
    put('all-bad/e.parquet', Buffer.alloc(0))
    put('all-bad/f.parquet', 'PAR1')
    oneClearError(await run('all-bad', '--keep-going'), 'PARQUET_INVALID', /e\.parquet/)
  })
})

describe('bad content', () => {
  it('no column of conversation or text', async () => {
    const bytes = columnsParquet({ height: [1.5, 2.5], weight: [3.5, 4.5] })
    oneClearError(await run(put('numbers.parquet', bytes)), 'SHAPE_UNKNOWN', /height/)
  })

  it('a named column of the wrong type', async () => {
    put('typed.parquet', columnsParquet({ text: [1.5, 2.5], id: ['a', 'b'] }))
    put(
      'typed.yaml',
      JSON.stringify({
        name: 't',
        source: 'typed.parquet',
        stages: {},
        shape: { kind: 'text', column: 'text' },
      }),
    )
    oneClearError(await run('typed.yaml'), 'COLUMN_TYPE', /text/)
  })

  it('invalid UTF-8 and broken lines are audited or counted, never lost', async () => {
    const lines = [
      '{"text":"fine"}',
      Buffer.concat([Buffer.from('{"text":"caf'), Buffer.of(0xe9), Buffer.from('"}')]),
      '{"text":',
      '[1,2]',
      '{"text":null}',
      '{"text":12}',
    ]
    put('odd.jsonl', Buffer.concat(lines.flatMap((line) => [Buffer.from(line), Buffer.from('\n')])))
    const result = await run('odd.jsonl')
    expect(result.stderr).not.toMatch(/^assay: /m)
    expect(result.code).toBe(0)
    const record = JSON.parse(readFileSync(join(folder, 'out/report/audit.json'), 'utf8')) as {
      inputs: { rows: number; audited: number; unreadable: Record<string, number> }[]
      findings: Record<string, { place: { row: number } }[]>
    }
    const [input] = record.inputs
    const unreadable = Object.values(input?.unreadable ?? {}).reduce((sum, n) => sum + n, 0)
    expect(input?.rows).toBe(6)
    expect((input?.audited ?? 0) + unreadable).toBe(6)
    expect(input?.unreadable['invalid-json']).toBe(2)
    expect(record.findings['input/invalid-json']?.map(({ place }) => place.row)).toEqual([2, 3])
    expect(record.findings['input/invalid-utf8']?.map(({ place }) => place.row)).toEqual([1])
    expect(Object.keys(record.findings).filter((rule) => rule.startsWith('duplicates/'))).toEqual([])
  })

  it('a file of no bytes beside a good one', async () => {
    put('mixed/a-empty.jsonl', Buffer.alloc(0))
    put('mixed/b-good.jsonl', Buffer.from('{"text":"fine"}\n'))
    const result = await run('mixed')
    expect(result.stderr).not.toMatch(/^assay: /m)
    expect(result.code).toBe(0)
    const record = JSON.parse(readFileSync(join(folder, 'out/report/audit.json'), 'utf8')) as {
      inputs: { rows: number; audited: number }[]
    }
    expect(record.inputs.map(({ rows, audited }) => [rows, audited])).toEqual([
      [0, 0],
      [1, 1],
    ])
  })
})

describe('bad pipelines', () => {
  it.each([
    ['malformed YAML', 'name: "x\nsource: y\n', 'PIPELINE_INVALID', /bad\.yaml:\d+:\d+/],
    [
      'an unknown key',
      'name: x\nsource: y\nstages: {}\nsuppresions: z\n',
      'PIPELINE_INVALID',
      /"suppresions".*"suppressions"/,
    ],
    ['a source outside', 'name: x\nsource: ../\nstages: {}\n', 'PATH_OUTSIDE', /--allow-outside/],
    ['an absolute source', 'name: x\nsource: /etc\nstages: {}\n', 'PATH_OUTSIDE', /--allow-outside/],
    [
      'claims outside',
      'name: x\nsource: good.parquet\nstages: {}\nclaims: ../../claims.yaml\n',
      'PATH_OUTSIDE',
      /--allow-outside/,
    ],
  ] as const)('%s', async (_name, text, code, message) => {
    put('good.parquet', good)
    put('bad.yaml', text)
    oneClearError(await run('bad.yaml'), code, message)
  })

  it('an alias bomb', async () => {
    const lines = ['a0: &a0 [x,x,x,x,x,x,x,x,x,x]']
    for (let i = 1; i < 12; i++)
      lines.push(
        `a${i}: &a${i} [${Array(10)
          .fill(`*a${i - 1}`)
          .join(',')}]`,
      )
    put('bomb.yaml', lines.join('\n'))
    oneClearError(await run('bomb.yaml'), 'PIPELINE_INVALID', /alias/)
  })

  it('a link that leads out of the folder', async () => {
    const inside = join(folder, 'inside')
    mkdirSync(inside, { recursive: true })
    put('good.parquet', good)
    symlinkSync(join(folder, 'good.parquet'), join(inside, 'link.parquet'))
    writeFileSync(join(inside, 'p.yaml'), 'name: x\nsource: link.parquet\nstages: {}\n')
    oneClearError(await run('inside/p.yaml'), 'PATH_OUTSIDE', /--allow-outside/)
    expect((await run('inside/p.yaml', '--allow-outside')).code).toBe(0)
  })
})

describe('bad output', () => {
  const to = (out: string): Promise<CliResult> =>
    assay(['run', put('good.parquet', good), '--out', out], { cwd: folder })

  it('a place that cannot be written', async () => {
    oneClearError(await to('/proc/assay/report'), 'OUTPUT', /\/proc\/assay/)
    put('a-file', 'x')
    oneClearError(await to('a-file/report'), 'OUTPUT', /a-file/)
    oneClearError(await to('a-file'), 'OUTPUT', /a-file/)
  })

  it('a folder with other things in it is never moved aside', async () => {
    mkdirSync(join(folder, 'thesis'), { recursive: true })
    writeFileSync(join(folder, 'thesis', 'chapter.tex'), 'x')
    oneClearError(await to('thesis'), 'OUTPUT', /not a report/)
    expect(readdirSync(join(folder, 'thesis'))).toEqual(['chapter.tex'])
  })

  it('no room left', async () => {
    const big = put('big.parquet', conversationsParquet(wardTalk(3000, 9), 1000))
    const args = ['run', big, '--out', 'full/report', '--workers', '1']
    const limited = ['bash', '-c', 'ulimit -f 8; exec "$@"', 'bash', process.execPath, MAIN, ...args]
    oneClearError(await command(limited, { cwd: folder }), 'DISK_FULL', /no room left/)
    expect(existsSync(join(folder, 'full', 'report'))).toBe(false)
  })
})

describe('--debug', () => {
  it('shows the stack, after the same line', async () => {
    const result = await assay(['run', 'nothing/*.parquet', '--debug'], { cwd: folder })
    expect(result.code).toBe(2)
    expect(result.stderr).toMatch(/^assay: SOURCE_/m)
    expect(result.stderr).toMatch(/^\s+at /m)
  })
})

describe('a file of broken lines beside good ones', () => {
  it('is audited as rows nobody can read, each with its reason', async () => {
    writeFiles(
      join(folder, 'half-broken'),
      Object.entries({
        'good.jsonl': '{"text":"A line that can be read"}\n{"text":"And another one"}\n',
        'broken.jsonl': 'broken\n{nope\n[]\n',
        'empty.jsonl': '',
      }),
    )
    const args = ['run', 'half-broken', '--out', 'half-report', '--workers', '1']
    const result = await assay(args, { cwd: folder })
    expect(result.stderr).not.toMatch(/^assay: /m)
    expect(result.code).toBe(0)
    const { inputs } = JSON.parse(
      readFileSync(join(folder, 'half-report', 'audit.json'), 'utf8'),
    ) as AuditRecord
    const found = inputs.map(({ path, rows, audited, unreadable }) => [path, rows, audited, unreadable])
    expect(found).toEqual([
      ['broken.jsonl', 3, 0, expect.objectContaining({})],
      ['empty.jsonl', 0, 0, {}],
      ['good.jsonl', 2, 2, {}],
    ])
    expect(Object.values(inputs[0]?.unreadable ?? {}).reduce((sum, n) => sum + n, 0)).toBe(3)
  })
})
