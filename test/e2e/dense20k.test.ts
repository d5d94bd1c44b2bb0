import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AuditRecord } from '../../src/core/record.ts'
import { STAGES } from '../../src/stages/index.ts'
import { openScene } from '../hub/scene.ts'
import type { Scene } from '../hub/scene.ts'
import { assay, ensureBuilt } from '../support/cli.ts'

const testdata = process.env['ASSAY_TESTDATA']
const reason = testdata === undefined ? ' (skipped: ASSAY_TESTDATA is not set)' : ''

let folder = ''
let scene: Scene | undefined

function pipeline(source: string): string {
  const options: Record<string, object> = {
    tokens: { tokenizers: ['o200k_base'] },
    contamination: {
      methods: [{ 'swiss-ai': { tokenizer: 'o200k_base' } }],
      benchmarks: [
        ['medqa_test', 'question+options'],
        ['medmcqa_validation', 'question+options'],
        ['pubmedqa_test', 'context+question'],
        ['medxpertqa_text', 'question'],
        ['mmlu_medical', 'question+options'],
      ].map(([name, prompt]) => ({
        name,
        file: join(testdata ?? '', 'benchmarks', `${name}.jsonl`),
        prompt,
      })),
    },
  }
  const stages = Object.fromEntries(STAGES.map(({ name }) => [name, options[name] ?? {}]))
  return JSON.stringify({ name: 'dense', source, stages })
}

async function run(
  name: string,
  ...args: string[]
): Promise<{ record: AuditRecord; evidence: Buffer; peak: number }> {
  const out = join(folder, name)
  const result = await assay(['run', `${name}.yaml`, '--out', out, '--allow-outside', '--json', ...args], {
    cwd: folder,
  })
  expect(result.stderr).not.toMatch(/^assay: /m)
  expect(result.code).toBe(0)
  return {
    record: JSON.parse(readFileSync(join(out, 'audit.json'), 'utf8')) as AuditRecord,
    evidence: readFileSync(join(out, 'evidence.parquet')),
    peak: (JSON.parse(result.stdout) as { peakRssBytes: number }).peakRssBytes,
  }
}

/** The bound is stated for the oldest Node we support; newer ones take about 100 MB more for themselves. */
const MOST_BYTES = process.versions.node.startsWith('20.') ? 700e6 : 850e6

describe.skipIf(testdata === undefined)(`20,000 examples${reason}`, { timeout: 120_000 }, () => {
  let one: Awaited<ReturnType<typeof run>>

  beforeAll(async () => {
    ensureBuilt()
    folder = mkdtempSync(join(tmpdir(), 'assay-dense-'))
    scene = await openScene()
    scene.hub.dataset('org/dense').commitFolder(join(testdata ?? '', 'dense20k'))
    for (const name of ['one', 'two'])
      writeFileSync(join(folder, `${name}.yaml`), pipeline(join(testdata ?? '', 'dense20k')))
    writeFileSync(join(folder, 'hub.yaml'), pipeline('hf://datasets/org/dense'))
    one = await run('one', '--workers', '1')
  }, 240_000)
  afterAll(() => scene?.close())

  it('are read whole, and the sum closes', () => {
    const rows = one.record.inputs.map((input) => [input.component, input.rows, input.audited])
    expect(rows).toEqual([
      ['curated_qa', 7200, 7200],
      ['guidelines_qa', 4840, 4840],
      ['synthetic_curated_qa', 7140, 7140],
      ['synthetic_moove', 820, 820],
    ])
  })

  it('hold 100 planted exact duplicates and no other', () => {
    expect(one.record.stages['duplicates']?.findings['duplicates/conversation-exact']).toBe(100)
  })

  it('hold the 378 pairs the published decontamination rule flags, in 370 rows', () => {
    const { methods } = one.record.stages['contamination']?.metrics as unknown as {
      methods: Record<string, { rows: number; pairs: number }>
    }
    expect(methods['swiss-ai']).toMatchObject({ rows: 370, pairs: 378 })
  })

  it('take less than 700 MB', () => {
    console.log(`peak memory, 1 worker: ${Math.round(one.peak / 1e6)} MB`)
    expect(one.peak).toBeLessThan(MOST_BYTES)
  })

  it('give the same bytes with two workers', async () => {
    const two = await run('two', '--workers', '2')
    console.log(`peak memory, 2 workers: ${Math.round(two.peak / 1e6)} MB`)
    expect(two.peak).toBeLessThan(MOST_BYTES)
    expect(two.record).toEqual(one.record)
    expect(two.evidence.equals(one.evidence)).toBe(true)
  })

  it('give the same audit.json behind a Hub, but for the source and what it declares', async () => {
    const hub = await run('hub', '--workers', '2')
    expect(hub.record.source.revision).toMatch(/^[0-9a-f]{40}$/)
    expect(hub.record.inputs.every(({ verified }) => verified === true)).toBe(true)
    expect(comparable(hub.record)).toEqual(comparable(one.record))
    expect(hub.evidence.equals(one.evidence)).toBe(true)
  })
})

function comparable(record: AuditRecord): object {
  const inputs = record.inputs.map((input) => ({ ...input, verified: null, sha256: input.sha256.recomputed }))
  return { ...record, source: null, inputs }
}
