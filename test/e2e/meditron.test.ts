import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { VERDICTS } from '../../src/core/claim.ts'
import { packageRoot } from '../../src/core/package.ts'
import type { AuditRecord } from '../../src/core/record.ts'
import { serveMeditron } from '../hub/meditron.ts'
import { openScene } from '../hub/scene.ts'
import type { Scene } from '../hub/scene.ts'
import { assay, ensureBuilt } from '../support/cli.ts'
import type { CliResult } from '../support/cli.ts'

const PIPELINE = join(packageRoot, 'pipelines', 'fully-open-meditron.yaml')
let scene: Scene
let folder: string
let done: CliResult
let record: AuditRecord

beforeAll(async () => {
  ensureBuilt()
  scene = await openScene()
  folder = mkdtempSync(join(tmpdir(), 'assay-meditron-'))
  serveMeditron(scene.hub)
  // One of the nine benchmarks can be read, in the columns its repository has.
  const items = ['fever', 'cough', 'rash', 'fatigue'].map((word, i) => ({
    id: `item-${i}`,
    sent1: `A visitor of the ward reports ${word} for the third day in a row. Which step comes first?`,
    ending0: 'Ask for the history',
    ending1: 'Send the visitor home',
    ending2: 'Order every test there is',
    ending3: 'Wait for another week',
    label: 0,
  }))
  const medqa = scene.hub.dataset('GBaker/MedQA-USMLE-4-options-hf')
  const commit = medqa.commit({ 'test.json': items.map((item) => `${JSON.stringify(item)}\n`).join('') })
  medqa.refs.set(pinnedTo('medqa_test'), commit)
  done = await assay(['run', PIPELINE, '--out', join(folder, 'report'), '--workers', '1'], { cwd: folder })
  if (done.code === 0)
    record = JSON.parse(readFileSync(join(folder, 'report', 'audit.json'), 'utf8')) as AuditRecord
}, 240_000)
afterAll(async () => {
  await scene.close()
  rmSync(folder, { recursive: true, force: true })
})

function written(name: string): string {
  return readFileSync(join(folder, 'report', name), 'utf8')
}

/** The commit the registry names. */
function pinnedTo(benchmark: string): string {
  const registry = parse(readFileSync(join(packageRoot, 'data', 'benchmarks.yaml'), 'utf8')) as Record<
    string,
    { hub: { revision: string } }
  >
  return registry[benchmark]!.hub.revision
}

describe('the shipped pipeline on a small copy of the first corpus', () => {
  it('runs to its end', () => {
    expect(done.stderr).not.toMatch(/assay: /)
    expect(done.code).toBe(0)
    expect(record.source.uri).toBe('hf://datasets/EPFLiGHT/fully-open-meditron')
    expect(record.inputs.every(({ verified }) => verified === true)).toBe(true)
  })

  it('gives every claim a verdict and a reason', () => {
    const judged = new Map(record.claims.map((claim) => [claim.id, claim]))
    for (let i = 1; i <= 13; i++) {
      const claim = judged.get(`C${i}`)
      expect(VERDICTS, `C${i}`).toContain(claim?.verdict)
      expect(claim?.because.length, `C${i}`).toBeGreaterThan(20)
    }
    for (const { id, verdict, because } of record.claims) console.log(`${id} ${verdict}: ${because}`)
  })

  it('contradicts the counts of the full corpus with the rows there are', () => {
    const claim = record.claims.find(({ id }) => id === 'C1')
    expect(claim).toMatchObject({ verdict: 'contradicted', stated: 216_546, measured: 210 })
  })

  it('lists each benchmark and set that could not be read as not checked', () => {
    const what = record.notChecked.map((entry) => entry.what).join('\n')
    for (const name of ['medmcqa_validation', 'mmlu_pro', 'healthbench_hard'])
      expect(what.split('\n')).toContain(`benchmark ${name}`)
    expect(what.split('\n')).not.toContain('benchmark medqa_test')
  })

  it('writes every shard with its hash, at the commit, into Croissant and in-toto', () => {
    const { revision } = record.source
    const croissant = JSON.parse(written('croissant.json')) as { distribution: Record<string, unknown>[] }
    const files = croissant.distribution.filter((one) => one['@type'] === 'cr:FileObject')
    expect(files.map(({ sha256 }) => sha256)).toEqual(record.inputs.map((input) => input.sha256.recomputed))
    for (const { contentUrl, sha256 } of files) {
      expect(contentUrl).toContain(`/EPFLiGHT/fully-open-meditron/resolve/${revision}/data/`)
      expect(sha256).toMatch(/^[0-9a-f]{64}$/)
    }
    const [result] = written('audit.intoto.jsonl').split('\n')
    const { subject } = JSON.parse(result!) as { subject: { digest: Record<string, string> }[] }
    expect(subject.flatMap(({ digest }) => digest['sha256'] ?? [])).toHaveLength(record.inputs.length)
    expect(subject.at(-1)?.digest).toEqual({ gitCommit: revision })
  })

  it('puts every claim at its line in SARIF', () => {
    interface Result {
      partialFingerprints: Record<string, string>
      locations: { physicalLocation: { artifactLocation: { uri: string }; region: { startLine: number } } }[]
    }
    const { runs } = JSON.parse(written('audit.sarif')) as { runs: { results: Result[] }[] }
    const results = runs[0]!.results.filter(({ partialFingerprints: one }) => one['claimId/v1'] !== undefined)
    expect(results).toHaveLength(record.claims.length)
    for (const { partialFingerprints, locations } of results) {
      const { artifactLocation, region } = locations[0]!.physicalLocation
      const lines = readFileSync(join(packageRoot, artifactLocation.uri), 'utf8').split('\n')
      expect(lines[region.startLine - 1]).toContain(`id: ${partialFingerprints['claimId/v1']}`)
    }
  })

  it('keeps C9 open while benchmarks are unread', () => {
    expect(record.claims.find(({ id }) => id === 'C9')?.verdict).not.toBe('verified')
  })
})
