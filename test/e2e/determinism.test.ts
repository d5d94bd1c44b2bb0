import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { ChildProcess } from 'node:child_process'
import { STAGES } from '../../src/stages/index.ts'
import { assay, ensureBuilt } from '../support/cli.ts'
import { corpusFiles, writeFiles } from './corpus.ts'

let folder = ''
let wanted: Bytes

interface Bytes {
  audit: Buffer
  evidence: Buffer
}

function bytesOf(name: string): Bytes {
  const out = join(folder, 'reports', name)
  return {
    audit: readFileSync(join(out, 'audit.json')),
    evidence: readFileSync(join(out, 'evidence.parquet')),
  }
}

async function run(
  name: string,
  args: readonly string[] = [],
  env: Record<string, string> = {},
  cwd = folder,
) {
  return assay(['run', 'p.yaml', '--out', join(folder, 'reports', name), ...args], { cwd, env })
}

function same(name: string): void {
  const got = bytesOf(name)
  expect(got.audit.toString()).toBe(wanted.audit.toString())
  expect(got.evidence.equals(wanted.evidence)).toBe(true)
}

/** Every stage that needs nothing from outside. */
function pipeline(): string {
  const stages = STAGES.map(({ name }) => name).filter((name) => name !== 'contamination')
  return JSON.stringify({
    name: 'same',
    source: 'corpus',
    components: { alpha: 'data/alpha/*', beta: 'data/beta/*', gamma: 'data/gamma/*' },
    stages: Object.fromEntries(stages.map((name) => [name, {}])),
  })
}

beforeAll(async () => {
  ensureBuilt()
  folder = mkdtempSync(join(tmpdir(), 'assay-same-'))
  writeFiles(join(folder, 'corpus'), corpusFiles())
  writeFileSync(join(folder, 'p.yaml'), pipeline())
  const done = await run('wanted', ['--workers', '1'])
  expect(done.stderr).not.toMatch(/assay: /)
  expect(done.code).toBe(0)
  wanted = bytesOf('wanted')
}, 240_000)

describe('the same bytes', () => {
  it('hold something: every row, and findings', () => {
    const record = JSON.parse(wanted.audit.toString()) as {
      inputs: { rows: number; audited: number }[]
      stages: Record<string, { findings: Record<string, number> }>
    }
    expect(record.inputs.map(({ rows }) => rows)).toEqual([400, 437, 420, 405])
    expect(record.inputs.every(({ rows, audited }) => rows === audited)).toBe(true)
    const duplicates = record.stages['duplicates']?.findings ?? {}
    expect(Object.values(duplicates).reduce((sum, n) => sum + n, 0)).toBeGreaterThanOrEqual(62)
  })

  it.each(['2', '4'])('for %s workers', async (workers) => {
    expect((await run(`workers-${workers}`, ['--workers', workers])).code).toBe(0)
    same(`workers-${workers}`)
  })

  it.each(['0', '20000'])('for slices of about %s bytes', async (bytes) => {
    expect((await run(`slices-${bytes}`, ['--workers', '3'], { ASSAY_SLICE_BYTES: bytes })).code).toBe(0)
    same(`slices-${bytes}`)
  })

  it('for a memory bound that lets one slice in at a time', async () => {
    expect((await run('memory', ['--workers', '4', '--memory', '64MB'])).code).toBe(0)
    same('memory')
  })

  it('for shards written in another order, elsewhere', async () => {
    const elsewhere = join(folder, 'elsewhere')
    writeFiles(join(elsewhere, 'corpus'), [...corpusFiles()].reverse())
    writeFileSync(join(elsewhere, 'p.yaml'), pipeline())
    expect((await run('order', ['--workers', '2'], {}, elsewhere)).code).toBe(0)
    same('order')
  })

  it('for a run that was killed and resumed', async () => {
    const args = ['run', 'p.yaml', '--out', 'reports/killed', '--workers', '1']
    const env = { ASSAY_SLICE_BYTES: '0' }
    const killed = await assay(args, { cwd: folder, env, during: (child) => kill(child, 'SIGKILL') })
    expect(killed.signal).toBe('SIGKILL')
    expect(existsSync(join(folder, 'reports', 'killed'))).toBe(false)
    const resumed = await assay([...args, '--resume'], { cwd: folder, env })
    expect(resumed.code).toBe(0)
    same('killed')
    const run = JSON.parse(readFileSync(join(folder, 'reports/killed/run.json'), 'utf8')) as {
      profile: { resumedSlices: number }
    }
    expect(run.profile.resumedSlices).toBeGreaterThanOrEqual(2)
    expect(existsSync(join(folder, 'reports', 'killed.work'))).toBe(false)
  })

  it('for a run that was interrupted: nothing half-written, exit 130, resumable', async () => {
    const args = ['run', 'p.yaml', '--out', 'reports/stopped', '--workers', '1']
    const env = { ASSAY_SLICE_BYTES: '0' }
    const stopped = await assay(args, {
      cwd: folder,
      env,
      during: (child) => kill(child, 'SIGINT', 'stopped'),
    })
    expect(stopped.code).toBe(130)
    expect(stopped.stderr).toMatch(/INTERRUPTED.*--resume/)
    expect(stopped.stdout).toBe('')
    expect(readdirSync(join(folder, 'reports')).filter((name) => name.includes('stopped'))).toEqual([
      'stopped.work',
    ])
    const left = readdirSync(join(folder, 'reports', 'stopped.work'))
    expect(left.every((name) => name.endsWith('.tally'))).toBe(true)
    expect((await assay([...args, '--resume'], { cwd: folder, env })).code).toBe(0)
    same('stopped')
  })

  it('for a run that was interrupted while it reduced', async () => {
    const args = ['run', 'p.yaml', '--out', 'reports/late', '--workers', '1']
    const during = async (child: ChildProcess): Promise<void> => {
      await new Promise<void>((seen) => {
        child.stderr?.on('data', (text: string) => void (/reducing/.test(text) && seen()))
        child.on('exit', () => seen())
      })
      child.kill('SIGINT')
    }
    // On a machine that does much else the run may be over before the signal arrives: then the next one is interrupted.
    let stopped = await assay(args, { cwd: folder, during })
    for (let again = 0; stopped.code === 0 && again < 5; again++) {
      rmSync(join(folder, 'reports', 'late'), { recursive: true })
      stopped = await assay(args, { cwd: folder, during })
    }
    expect(stopped.code).toBe(130)
    const left = readdirSync(join(folder, 'reports')).filter((name) => name.includes('late'))
    expect(left).toEqual(['late.work'])
    expect((await assay([...args, '--resume'], { cwd: folder })).code).toBe(0)
    same('late')
  })

  it('not from tallies of another question: resuming with other options starts anew', async () => {
    const first = ['run', 'p.yaml', '--out', 'reports/other', '--workers', '1']
    const env = { ASSAY_SLICE_BYTES: '0' }
    await assay([...first, '--evidence', 'hash'], {
      cwd: folder,
      env,
      during: (child) => kill(child, 'SIGKILL', 'other'),
    })
    expect((await assay([...first, '--resume'], { cwd: folder, env })).code).toBe(0)
    same('other')
    const run = JSON.parse(readFileSync(join(folder, 'reports/other/run.json'), 'utf8')) as {
      profile: { resumedSlices: number }
    }
    expect(run.profile.resumedSlices).toBe(0)
  })
})

/** Sends a signal once a few slices are done and many are not. */
async function kill(child: ChildProcess, signal: NodeJS.Signals, name = 'killed'): Promise<void> {
  const work = join(folder, 'reports', `${name}.work`)
  const finished = (): number =>
    existsSync(work) ? readdirSync(work).filter((file) => file.endsWith('.tally')).length : 0
  while (child.exitCode === null && finished() < 3) await new Promise((done) => setTimeout(done, 2))
  child.kill(signal)
}
