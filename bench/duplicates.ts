/**
 * What the duplicates stage costs, and how the cost grows.
 *
 *   npm run bench:duplicates -- [CORPUS] [--rows 150000,600000] [--quick]
 *
 * CORPUS is any local corpus with at least as many rows; without one, conversations recombined from invented sentences
 * are written to a temporary folder, with exact and edited copies planted, and the bench fails unless all are found.
 * Prints for each size the time of the stage beyond decoding (two workers), peak memory, candidates and alignments,
 * and the growth exponent between the sizes.
 */
import { spawnSync } from 'node:child_process'
import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomOf } from '../test/support/random.ts'

const WORKERS = 2
const PLANTED_EVERY = 50

const quick = process.argv.includes('--quick')
const rowsAt = process.argv.indexOf('--rows')
const sizes = (rowsAt > 0 ? String(process.argv[rowsAt + 1]) : quick ? '5000,20000' : '150000,600000')
  .split(',')
  .map(Number)
const given = process.argv
  .slice(2)
  .find((argument, i, all) => !argument.startsWith('--') && all[i - 1] !== '--rows')
const folder = mkdtempSync(join(tmpdir(), 'assay-bench-duplicates-'))
let failed = false

try {
  const corpus = given ?? (await generate(Math.max(...sizes)))
  const measured = sizes.map((rows) => measure(corpus, rows))
  const [first, last] = [measured[0], measured.at(-1)]
  if (first !== undefined && last !== undefined && last.rows > first.rows) {
    const exponent = Math.log(last.seconds / first.seconds) / Math.log(last.rows / first.rows)
    const share = `${last.seconds.toFixed(1)} s and ${last.peakMb} MB at ${last.rows} rows`
    console.log(`growth exponent ${exponent.toFixed(2)} from ${first.rows} to ${last.rows} rows; ${share}`)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
process.exit(failed ? 1 : 0)

interface Measured {
  rows: number
  seconds: number
  peakMb: number
}

function measure(corpus: string, limit: number): Measured {
  const pipeline = join(folder, 'bench.yaml')
  writeFileSync(pipeline, `name: bench\nsource: ${JSON.stringify(corpus)}\nstages:\n  duplicates: {}\n`)
  const out = join(folder, 'out')
  const flags = ['--allow-outside', '--out', out, '--workers', String(WORKERS), '--limit', String(limit)]
  const done = spawnSync(process.execPath, ['dist/cli/main.js', 'run', pipeline, ...flags], {
    encoding: 'utf8',
  })
  if (done.status !== 0)
    throw new Error(`the audit ended with ${String(done.status)}: ${done.stderr.slice(-2000)}`)
  const run = JSON.parse(readFileSync(join(out, 'run.json'), 'utf8')) as Run
  const audit = JSON.parse(readFileSync(join(out, 'audit.json'), 'utf8')) as Audit
  const { metrics, findings } = audit.stages.duplicates
  const scan =
    ['duplicates', 'words', 'records'].reduce((sum, name) => sum + (run.profile.ms[name] ?? 0), 0) / WORKERS
  const reduce = run.ms['reduce duplicates'] ?? 0
  const { join: exact, rare } = metrics.levels['near-duplicate'].search
  const seconds = (scan + reduce) / 1000
  const peakMb = Math.round(run.peakRssBytes / 2 ** 20)
  console.log(
    `${metrics.rows} rows: ${seconds.toFixed(1)} s beyond decoding (scan ${Math.round(scan)} ms, reduce ${reduce} ms), peak ${peakMb} MB`,
  )
  console.log(
    `  join: ${exact.candidates} candidates, ${exact.verified} verified, ${exact.pairs} pairs at Jaccard 0.5`,
  )
  console.log(
    `  rare shingles: ${rare.candidates} candidates, ${rare.aligned} aligned, ${rare.near} near; ${rare.ofJoin} of the join's ${exact.near} near pairs`,
  )
  console.log(`  findings: ${JSON.stringify(findings)}`)
  if (given === undefined) check(metrics.rows, findings)
  return { rows: metrics.rows, seconds, peakMb }
}

/** Half of the planted copies are exact, half edited; nothing else repeats. */
function check(rows: number, findings: Record<string, number>): void {
  const planted = Math.floor((rows - 1) / PLANTED_EVERY)
  const exact = findings['duplicates/conversation-exact'] ?? 0
  const near = (findings['duplicates/near-duplicate'] ?? 0) + (findings['duplicates/same-prompt'] ?? 0)
  const wanted = [Math.ceil(planted / 2), Math.floor(planted / 2)]
  const right = exact === wanted[0] && near === wanted[1]
  console.log(
    `  planted: ${exact} of ${wanted[0]} exact, ${near} of ${wanted[1]} edited${right ? '' : ' — WRONG'}`,
  )
  failed ||= !right
}

interface Run {
  ms: Record<string, number>
  profile: { ms: Record<string, number> }
  peakRssBytes: number
}

interface Audit {
  stages: {
    duplicates: {
      metrics: {
        rows: number
        levels: {
          'near-duplicate': {
            search: {
              join: { candidates: number; verified: number; pairs: number; near: number }
              rare: { candidates: number; aligned: number; near: number; ofJoin: number }
            }
          }
        }
      }
      findings: Record<string, number>
    }
  }
}

/** Conversations of sentences drawn from a bank; every fiftieth repeats the one 25 rows before, each second time edited. */
async function generate(rows: number): Promise<string> {
  const random = randomOf(1)
  const word = (): string => `w${Math.floor(random() ** 3 * 20_000).toString(36)}`
  const words = (n: number): string => Array.from({ length: n }, word).join(' ')
  const bank = Array.from({ length: 40_000 }, () => `${words(6 + Math.floor(random() * 20))}.`)
  const text = (n: number): string =>
    Array.from({ length: n }, () => bank[Math.floor(random() * bank.length)]).join(' ')
  const edited = (whole: string): string =>
    whole
      .split(' ')
      .map((w) => (random() < 0.08 ? word() : w))
      .join(' ')
  const target = join(folder, 'corpus', 'data', 'bench')
  await mkdir(target, { recursive: true })
  const out = createWriteStream(join(target, 'train-00000-of-00001.jsonl'))
  let kept = ['', '']
  for (let i = 0; i < rows; i++) {
    let turns = [text(2), text(4 + Math.floor(random() * 6))]
    if (i % PLANTED_EVERY === PLANTED_EVERY / 2) kept = turns
    if (i > 0 && i % PLANTED_EVERY === 0) turns = (i / PLANTED_EVERY) % 2 === 1 ? kept : kept.map(edited)
    const conversations = turns.map((value, turn) => ({ from: turn === 0 ? 'human' : 'gpt', value }))
    if (!out.write(`${JSON.stringify({ conversation_id: `row-${i}`, conversations })}\n`))
      await once(out, 'drain')
  }
  out.end()
  await once(out, 'finish')
  return join(folder, 'corpus')
}
