/**
 * What the duplicates stage costs, and how the cost grows.
 *
 *   npm run bench:duplicates -- [CORPUS] [--rows 150000,300000,600000] [--quick] [--write]
 *
 * CORPUS is a folder with data/<component>/*.jsonl; without one, conversations recombined from invented sentences are
 * written to a temporary folder, with exact and edited copies planted, and the bench fails unless all are found in
 * each slice that holds both rows of every pair. The slices are nested: each takes rows at even distances, so that
 * every slice has the corpus' mixture and lies in the next. Prints for each the time of the stage beyond decoding (two
 * workers), the processor time of the whole run, peak memory, candidates and verifications of both searches, and the
 * growth exponent from the smallest slice to the largest. `--write` puts that into bench/results/duplicates.md.
 */
import { createWriteStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { runAudit } from './audit-run.ts'
import { countLines, writeSlices } from './nested-slices.ts'
import { randomOf } from '../test/support/random.ts'

const WORKERS = 2
const PLANTED_EVERY = 50
const RECORD = 'bench/results/duplicates.md'

const quick = process.argv.includes('--quick')
const rowsAt = process.argv.indexOf('--rows')
const sizes = (
  rowsAt > 0 ? String(process.argv[rowsAt + 1]) : quick ? '5000,10000,20000' : '150000,300000,600000'
)
  .split(',')
  .map(Number)
const given = process.argv
  .slice(2)
  .find((argument, i, all) => !argument.startsWith('--') && all[i - 1] !== '--rows')
const folder = mkdtempSync(join(tmpdir(), 'assay-bench-duplicates-'))
const printed: string[] = []
let failed = false

try {
  const corpus = given ?? (await generate(Math.max(...sizes)))
  const total = await countLines(corpus)
  const name = given === undefined ? 'invented conversations' : basename(given)
  print('# What the duplicates stage costs\n')
  print(
    `\`npm run bench:duplicates\` on ${name} (${total} rows), ${WORKERS} workers, Node ${process.versions.node}.\n`,
  )
  print('| rows | beyond decoding | scan | reduce | processor time, whole run | peak memory |')
  print('|---|---|---|---|---|---|')
  const measured: Measured[] = []
  const slices = await writeSlices(corpus, { sizes, total, folder: join(folder, 'slices') })
  for (const slice of slices) measured.push(measure(slice))
  printSearches(measured)
  printGrowth(measured)
  if (process.argv.includes('--write') && !failed) writeFileSync(RECORD, `${printed.join('\n')}\n`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
process.exit(failed ? 1 : 0)

function print(line: string): void {
  printed.push(line)
  console.log(line)
}

interface Measured {
  rows: number
  seconds: number
  search: Search
  findings: Readonly<Record<string, number>>
}

function measure(slice: { folder: string; rows: number }): Measured {
  const cost = runAudit(folder, { source: slice.folder, stages: { duplicates: {} }, workers: WORKERS })
  const { rows, levels } = cost.metrics['duplicates'] as Metrics
  const scan =
    ['duplicates', 'words', 'records'].reduce((sum, name) => sum + (cost.profile[name] ?? 0), 0) /
    WORKERS /
    1000
  const reduce = (cost.ms['reduce duplicates'] ?? 0) / 1000
  const peakMb = Math.round(cost.peakBytes / 2 ** 20)
  print(
    `| ${rows} | ${(scan + reduce).toFixed(1)} s | ${scan.toFixed(1)} s | ${reduce.toFixed(1)} s | ${cost.processor > 0 ? `${cost.processor.toFixed(1)} s` : 'not known'} | ${peakMb} MB |`,
  )
  if (rows !== slice.rows) throw new Error(`${slice.rows} rows were written, ${rows} audited`)
  const { search } = levels['near-duplicate']
  return { rows, seconds: scan + reduce, search, findings: cost.findings }
}

function printSearches(measured: readonly Measured[]): void {
  print(
    '\n| rows | join: candidates | verified | pairs | rare shingles: candidates | aligned | near | of the near pairs of the join |',
  )
  print('|---|---|---|---|---|---|---|---|')
  for (const { rows, search } of measured) {
    const { join: exact, rare } = search
    print(
      `| ${rows} | ${exact.candidates} | ${exact.verified} | ${exact.pairs} | ${rare.candidates} | ${rare.aligned} | ${rare.near} | ${rare.ofJoin} of ${exact.near} |`,
    )
  }
  for (const { rows, findings } of measured) {
    if (given === undefined && rows === Math.max(...sizes)) check(rows, findings)
  }
}

function printGrowth(measured: readonly Measured[]): void {
  const [first, last] = [measured[0], measured.at(-1)]
  if (first === undefined || last === undefined || last.rows <= first.rows) return
  const exponent = Math.log(last.seconds / first.seconds) / Math.log(last.rows / first.rows)
  print(`\nGrowth exponent ${exponent.toFixed(2)} from ${first.rows} to ${last.rows} rows.`)
}

/** Half of the planted copies are exact, half edited; nothing else repeats. */
function check(rows: number, findings: Readonly<Record<string, number>>): void {
  const planted = Math.floor((rows - 1) / PLANTED_EVERY)
  const exact = findings['duplicates/conversation-exact'] ?? 0
  const near = (findings['duplicates/near-duplicate'] ?? 0) + (findings['duplicates/same-prompt'] ?? 0)
  const wanted = [Math.ceil(planted / 2), Math.floor(planted / 2)]
  const right = exact === wanted[0] && near === wanted[1]
  print(`\nPlanted: ${exact} of ${wanted[0]} exact, ${near} of ${wanted[1]} edited${right ? '' : ', WRONG'}.`)
  failed ||= !right
}

interface Search {
  join: { candidates: number; verified: number; pairs: number; near: number }
  rare: { candidates: number; aligned: number; near: number; ofJoin: number }
}

interface Metrics {
  rows: number
  levels: { 'near-duplicate': { search: Search } }
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
