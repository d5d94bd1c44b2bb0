import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AuditRecord } from '../../src/core/record.ts'
import { openScene } from '../hub/scene.ts'
import type { Scene } from '../hub/scene.ts'
import { question } from '../stages/attribution/upstream-sets.ts'
import { assay, ensureBuilt } from '../support/cli.ts'
import { writeFiles } from './corpus.ts'

let folder = ''
let scene: Scene

const rows = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, i) => {
    const messages = [
      { role: 'user', content: question(from + i, 'ward') },
      { role: 'assistant', content: `It follows from number ${from + i} of the ward book of that year.` },
    ]
    return `${JSON.stringify({ id: `row-${from + i}`, messages })}\n`
  }).join('')
const SECOND = rows(25, 60)

beforeAll(async () => {
  ensureBuilt()
  folder = mkdtempSync(join(tmpdir(), 'assay-against-'))
  scene = await openScene()
  scene.hub.dataset('org/second').commit({ 'data/rows.jsonl': SECOND })
  writeFiles(
    folder,
    Object.entries({
      'corpus/part/a.jsonl': rows(0, 20),
      'corpus/part/b.jsonl': rows(20, 30),
      'second/rows.jsonl': SECOND,
      'sub/audit.yaml': JSON.stringify({
        ...{ name: 'two', source: '../corpus' },
        stages: { tokens: {}, duplicates: {}, quality: {} },
      }),
    }),
  )
})
afterAll(async () => {
  await scene.close()
  rmSync(folder, { recursive: true, force: true })
})

const run = (...args: string[]) => assay(['run', ...args, '--workers', '1'], { cwd: folder })
const read = (out: string): AuditRecord =>
  JSON.parse(readFileSync(join(folder, out, 'audit.json'), 'utf8')) as AuditRecord
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

function pairsOf(record: AuditRecord): (string | number)[][] {
  return (record.findings['duplicates/against'] ?? []).map(({ place }) =>
    place.kind === 'pair'
      ? [
          place.a.path,
          place.a.row,
          place.a.exampleId ?? '',
          place.b.component,
          place.b.row,
          place.b.exampleId ?? '',
        ]
      : [],
  )
}
const EXPECTED = [0, 1, 2, 3, 4].map((i) => [
  ...['part/b.jsonl', 5 + i, `row-${25 + i}`],
  ...['against/default', i, `row-${25 + i}`],
])

describe('--against', () => {
  it('finds the rows of a local second corpus and keeps both identities; other figures stay', async () => {
    expect((await run('corpus', '--out', 'alone')).code).toBe(0)
    const done = await run('corpus', '--against', 'second', '--out', 'both')
    expect(done.stderr).not.toMatch(/^assay: /m)
    const [alone, both] = [read('alone'), read('both')]
    expect(pairsOf(both)).toEqual(EXPECTED)
    expect(both.against).toMatchObject({
      ...{ uri: 'second', revision: null },
      inputs: [
        {
          component: 'against/default',
          path: 'rows.jsonl',
          rows: 35,
          sha256: { recomputed: sha256(SECOND) },
        },
      ],
    })
    for (const key of ['inputs', 'components', 'claims', 'card', 'source'] as const) {
      expect(both[key], key).toEqual(alone[key])
    }
    for (const stage of ['tokens', 'quality', 'attribution']) {
      expect(both.stages[stage], stage).toEqual(alone.stages[stage])
    }
    for (const file of ['report.html', 'report.md']) {
      expect(readFileSync(join(folder, 'both', file), 'utf8')).toMatch(/5 of 30 rows stand in/)
    }
    expect(readFileSync(join(folder, 'both', 'rows.bin'))).toEqual(
      readFileSync(join(folder, 'alone', 'rows.bin')),
    )
    const flagged = readFileSync(join(folder, 'both', 'flagged-rows.jsonl'), 'utf8')
    expect(flagged).not.toContain('against/default')
    const lines = flagged.split('\n').filter((line) => line.includes('duplicates/against'))
    expect(lines.map((line) => (JSON.parse(line) as { exampleId: string }).exampleId)).toEqual(
      EXPECTED.map(([, , id]) => id),
    )
    const explained = await assay(['explain', 'both', 'row-25'], { cwd: folder })
    expect(explained.stdout).toMatch(/part\/b\.jsonl row 5 [^]*\brows\.jsonl row 0 /)
  })

  it('finds them in a Hub repository, pinned to its commit', async () => {
    const done = await run('corpus', '--against', 'hf://datasets/org/second', '--out', 'hub')
    expect(done.stderr).not.toMatch(/^assay: /m)
    const record = read('hub')
    const components = pairsOf(record).map((pair) => pair[3])
    expect(components).toHaveLength(5)
    expect(record.against?.revision).toMatch(/^[0-9a-f]{40}$/)
    expect(record.against?.inputs[0]?.sha256.recomputed).toBe(sha256(SECOND))
  })

  it('may stand in the pipeline, or be given beside it from the working directory', async () => {
    const text = readFileSync(join(folder, 'sub', 'audit.yaml'), 'utf8')
    const named = JSON.parse(text) as object
    writeFileSync(join(folder, 'sub', 'two.yaml'), JSON.stringify({ ...named, against: '../second' }))
    const own = await run('sub/two.yaml', '--allow-outside', '--out', 'piped')
    expect(own.stderr).not.toMatch(/^assay: /m)
    const given = await run('sub/audit.yaml', '--allow-outside', '--against', 'second', '--out', 'given')
    expect(given.stderr).not.toMatch(/^assay: /m)
    expect(pairsOf(read('piped'))).toEqual(EXPECTED)
    expect(pairsOf(read('given'))).toEqual(EXPECTED)
    expect(JSON.stringify(read('given'))).not.toContain(folder)
  })

  it('is read whole under --limit, which is on the corpus alone', async () => {
    expect(
      (await run('corpus/part/b.jsonl', '--against', 'second', '--limit', '8', '--out', 'limited')).code,
    ).toBe(0)
    const record = read('limited')
    expect(record.against?.inputs[0]).toMatchObject({ rows: 35, audited: 35 })
    expect(Object.values(record.components).map(({ examples }) => examples)).toEqual([8])
    expect(pairsOf(record)).toHaveLength(3)
  })

  it('gives the same bytes for two workers and another cut', async () => {
    const args = ['run', 'corpus', '--against', 'second', '--out', 'cut', '--workers', '2']
    await assay(args, { cwd: folder, env: { ASSAY_SLICE_BYTES: '700' } })
    for (const file of ['audit.json', 'evidence.parquet']) {
      expect(readFileSync(join(folder, 'cut', file))).toEqual(readFileSync(join(folder, 'both', file)))
    }
  })

  it('needs a stage that compares', async () => {
    const pipeline = { name: 'none', source: 'corpus', stages: { quality: {} } }
    writeFileSync(join(folder, 'none.yaml'), JSON.stringify(pipeline))
    const done = await run('none.yaml', '--against', 'second')
    expect(done.code).toBe(2)
    expect(done.stderr).toMatch(/^assay: USAGE: No stage compares rows with a second corpus/)
  })

  it('is verified with the rest: a changed byte of the second corpus is found', async () => {
    const clean = await assay(['verify', 'both', '--workers', '1'], { cwd: folder })
    expect(clean.stdout).toMatch(/Everything is as the report says: .*3 inputs/)
    writeFileSync(join(folder, 'second', 'rows.jsonl'), SECOND.replace('number 27', 'number 37'))
    const changed = await assay(['verify', 'both', '--workers', '1'], { cwd: folder })
    writeFileSync(join(folder, 'second', 'rows.jsonl'), SECOND)
    expect(changed.code).toBe(1)
    expect(changed.stdout).toMatch(/against\/default\/rows\.jsonl: The file changed/)
    expect(readdirSync(folder)).toContain('both')
  })
})
