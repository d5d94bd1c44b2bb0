/**
 * What the contamination methods find and what they invent, on corpora with known leaks.
 *
 *   npm run bench:contamination-quality -- CORPUS…
 *
 * Each CORPUS is a folder as tools/make_corpus.py writes it (with truth.jsonl); benchmarks come from
 * ASSAY_TESTDATA/benchmarks. Prints recall per kind of leak and method, false alarms, whether the right item was
 * named, and the distribution of every score that has a threshold: per kind of leak, for the right item, against the
 * sightings in rows without a leak and of other items, with quantiles and the values nearest to each threshold; and
 * which class each planted item got. `--scores` pools the scores of all corpora (Markdown); `--misses` names what was
 * missed; `--assay` runs one method; `--write` puts what is printed, with the scores, into
 * bench/results/contamination-quality.md.
 */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { packageRoot } from '../src/core/package.ts'
import { contamination } from '../src/stages/contamination/stage.ts'
import type { Finding } from '../src/core/finding.ts'
import type { Stage } from '../src/core/stage.ts'
import { memoryPlan, memoryRun } from '../test/support/corpus.ts'
import type { MemoryShard } from '../test/support/corpus.ts'
import { localResources } from '../test/stages/contamination/local-resources.ts'
import type { ContaminationIndex } from '../src/stages/contamination/build.ts'
import { ClassTable } from './contamination-quality-classes.ts'
import { allSightings, scoreTables } from './contamination-quality-scores.ts'
import type { Scored } from './contamination-quality-scores.ts'
import { readCorpus, readTruth } from './corpus-rows.ts'
import type { Planted } from './corpus-rows.ts'

const testdata = process.env['ASSAY_TESTDATA']
if (testdata === undefined) throw new Error('set ASSAY_TESTDATA to the folder with benchmarks/')
const names = readdirSync(join(testdata, 'benchmarks'))
  .filter((file) => file.endsWith('.jsonl'))
  .map((file) => file.slice(0, -6))
const classes = JSON.parse(
  readFileSync(join(testdata, 'benchmarks/equivalent_items.json'), 'utf8'),
) as string[][]
const classOf = new Map(classes.flatMap((ids) => ids.map((id) => [id, ids[0] as string])))
const same = (a: string, b: string) => (classOf.get(a) ?? a) === (classOf.get(b) ?? b)

const ASSAY_ONLY = process.argv.includes('--assay')
const METHODS = ASSAY_ONLY
  ? ['assay']
  : ['assay', { 'swiss-ai': { tokenizer: 'o200k_base' } }, 'swiss-ai-fixed', 'ngram-13', 'ngram-8-coverage']
const verbose = process.argv.includes('--misses')
const folders = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))

const counted = (finding: Finding) => finding.severity !== 'info'

const WRITE = process.argv.includes('--write')
const SCORES = WRITE || process.argv.includes('--scores')
const RECORD = join(packageRoot, 'bench', 'results', 'contamination-quality.md')
const pooled = new Map<string, Scored[]>()
const classTable = new ClassTable(join(testdata, 'benchmarks'), names)
const printed: string[] = []
function print(line: string): void {
  printed.push(line)
  console.log(line)
}

for (const folder of folders) await report(folder)
const perCorpus = printed.splice(0)
print('')
for (const line of classTable.lines()) print(line)
const scores = SCORES ? scoreTables(new Map([...pooled].sort(([a], [b]) => (a < b ? -1 : 1)))) : []
if (WRITE) writeFileSync(RECORD, `${record(perCorpus, printed, scores).join('\n')}\n`)
else for (const line of scores) console.log(line)

/** The record: what the figures are, the classes over all corpora, each corpus, the scores behind the thresholds. */
function record(
  corpora: readonly string[],
  table: readonly string[],
  distributions: readonly string[],
): string[] {
  return [
    '# Contamination: what the verdicts are worth',
    '',
    `${folders.length} generated corpora (${folders.map((folder) => basename(folder)).join(', ')}), all eight benchmark files and gsm8k_test.`,
    'Outside data: only identifiers and figures are kept here. Command:',
    '',
    '```',
    'npm run bench:contamination-quality -- --misses --write CORPUS…',
    '```',
    '',
    '## Which class each planted item got, all corpora together',
    '',
    'A copy in which one word of a short question is another, or a negation came or went, cannot be told from another',
    'question: it is counted, as a sibling. Where the row lists options that say something and gives the same answer,',
    'other words in several places are edits.',
    ...table,
    '',
    '## Each corpus',
    '',
    '`assay-any`: any verdict. `assay`: a counted verdict. `assay-not-sibling`: a counted verdict other than sibling-item.',
    'False alarms are printed per method where there are any, hard negatives and gsm8k_test included.',
    '',
    '```',
    ...corpora,
    '```',
    '',
    '## Distribution of every score with a threshold',
    '',
    'Sightings of all corpora by what they are of; quantiles, and per threshold the share at or above it with the nearest values.',
    ...distributions,
  ]
}

async function report(folder: string): Promise<void> {
  const shards = await readCorpus(folder)
  const truth = readTruth(folder)
  const stage = contamination.create({
    benchmarks: names.map((name) => ({ name, file: `benchmarks/${name}.jsonl` })),
    methods: METHODS,
  }) as unknown as Stage
  const cpu = process.cpuUsage()
  const { findings, metrics } = await memoryRun(stage, shards, {
    batchRows: 2000,
    resources: localResources(testdata as string),
    id: 'conversation_id',
  })
  const { user, system } = process.cpuUsage(cpu)
  const rows = shards.reduce((sum, shard) => sum + shard.examples.length, 0)
  print(`== ${basename(folder)}: ${rows} rows, ${findings.length} findings`)
  console.log(`${((user + system) / 1e6).toFixed(1)} s CPU`)
  const byRow = new Map<string, Finding[]>()
  for (const finding of findings) {
    const id = finding.place.kind === 'row' ? (finding.place.exampleId ?? '') : ''
    byRow.set(id, [...(byRow.get(id) ?? []), finding])
  }
  recallTable(truth, byRow)
  falseAlarms(truth, findings)
  distribution(truth, findings)
  await pool(stage, shards, truth)
  console.log(JSON.stringify((metrics as { agreement: { rows: unknown } }).agreement))
}

/** Sightings by kind: of the planted item, of another item in a planted row, in hard negatives, in all other rows. */
async function pool(stage: Stage, shards: MemoryShard[], truth: Map<string, Planted>): Promise<void> {
  if (!SCORES) return
  const index = (await stage.prepare({
    plan: memoryPlan(shards, { id: 'conversation_id' }),
    evidence: 'hash',
    resources: localResources(testdata as string),
    notChecked: () => {},
    warn: () => {},
  })) as ContaminationIndex
  for (const scored of await allSightings(index, shards)) {
    const { items, benchmarks } = index
    const name = benchmarks[items.benchmark[scored.hit.item] as number]?.name
    const group = groupOf(truth.get(scored.exampleId), `${name}/${items.id[scored.hit.item]}`)
    pooled.set(group, [...(pooled.get(group) ?? []), scored])
  }
}

function groupOf(planted: Planted | undefined, item: string): string {
  if (planted?.kind.startsWith('contam') === true)
    return same(item, `${planted.benchmark}/${planted.benchmark_id}`)
      ? planted.kind
      : 'other item, planted row'
  return planted?.kind.startsWith('hardneg') === true ? planted.kind : 'unplanted row'
}

function recallTable(truth: Map<string, Planted>, byRow: Map<string, Finding[]>): void {
  const rules = ['swiss-ai', 'swiss-ai-fixed', 'ngram-13', 'ngram-8-coverage']
  const methods = ['assay-any', 'assay', 'assay-not-sibling', ...(ASSAY_ONLY ? [] : rules)]
  const table = new Map<string, Record<string, number>>()
  let right = 0
  let best = 0
  let hits = 0
  for (const planted of truth.values()) {
    if (!planted.kind.startsWith('contam')) continue
    const row = table.get(planted.kind) ?? { planted: 0 }
    table.set(planted.kind, row)
    row['planted']!++
    const all = byRow.get(planted.conversation_id) ?? []
    const mine = all.filter(counted)
    const item = `${planted.benchmark}/${planted.benchmark_id}`
    const rightItem = (finding: Finding) =>
      same(`${finding.benchmark}/${finding.item}`, item) ||
      ((finding.evidence['sameText'] ?? []) as string[]).some((other) => same(other, item))
    const short = (planted.params['q_words'] as number | undefined) ?? Infinity
    if (short < 8) {
      const shorts = table.get('items of 5–7 words') ?? { planted: 0 }
      table.set('items of 5–7 words', shorts)
      shorts['planted']!++
      if (mine.some((finding) => finding.method === 'assay' && rightItem(finding)))
        shorts['assay'] = (shorts['assay'] ?? 0) + 1
    }
    for (const method of methods) {
      const among = method === 'assay-any' ? all : mine
      const own = among.filter((finding) => finding.method === method.replace(/-not-sibling|-any/, ''))
      const firm = method.endsWith('sibling')
        ? own.filter((f) => f.rule !== 'contamination/sibling-item')
        : own
      if (firm.some(rightItem)) row[method] = (row[method] ?? 0) + 1
    }
    const verdicts = all.filter((finding) => finding.method === 'assay' && rightItem(finding))
    classTable.add(planted.kind, item, verdicts[0]?.rule.slice('contamination/'.length) ?? null)
    const own = mine.filter((finding) => finding.method === 'assay')
    if (own.length > 0) hits++
    if (own.some(rightItem)) right++
    if (own[0] !== undefined && rightItem(own[0])) best++
    if (verbose && !own.some(rightItem))
      print(['MISS', planted.kind, item, JSON.stringify(planted.params), planted.conversation_id].join(' '))
  }
  for (const [kind, row] of [...table].sort()) {
    const shown = kind.startsWith('items') ? ['assay'] : methods
    const cells = shown.map((method) => `${method} ${row[method] ?? 0}`).join('  ')
    print(`${kind.padEnd(24)} planted ${row['planted']}  ${cells}`)
  }
  print(`right item named in ${right} of ${hits} rows hit, as the best match in ${best}`)
}

function falseAlarms(truth: Map<string, Planted>, findings: readonly Finding[]): void {
  const rules = new Map<string, Set<string>>()
  for (const finding of findings) {
    if (!counted(finding) || finding.place.kind !== 'row') continue
    const planted = truth.get(finding.place.exampleId ?? '')
    if (planted?.kind.startsWith('contam') === true && finding.benchmark !== 'gsm8k_test') continue
    const kind = planted?.kind.startsWith('hardneg') === true ? planted.kind : 'unplanted'
    const key = `${finding.method} ${kind}${finding.benchmark === 'gsm8k_test' ? ' gsm8k' : ''}`
    rules.set(key, (rules.get(key) ?? new Set()).add(finding.place.exampleId ?? ''))
    if (verbose && finding.method === 'assay')
      print(['FALSE', finding.rule, finding.benchmark, finding.item, finding.message].join(' '))
  }
  for (const [key, rows] of [...rules].sort()) print(`false alarms, rows: ${key} ${rows.size}`)
}

/** Assay's score in tenths, planted rows against all others; and how many of each fall under every class. */
function distribution(truth: Map<string, Planted>, findings: readonly Finding[]): void {
  const planted = new Array<number>(11).fill(0)
  const others = new Array<number>(11).fill(0)
  const perClass = new Map<string, [number, number]>()
  for (const finding of findings) {
    if (finding.method !== 'assay' || finding.place.kind !== 'row') continue
    const leak = truth.get(finding.place.exampleId ?? '')?.kind.startsWith('contam') === true
    const bin = Math.floor((finding.score ?? 0) * 10)
    ;(leak ? planted : others)[bin]!++
    const counts = perClass.get(finding.rule) ?? [0, 0]
    counts[leak ? 0 : 1]!++
    perClass.set(finding.rule, counts)
  }
  print(`score in tenths, planted rows: ${planted.join(' ')}`)
  print(`score in tenths, other rows:   ${others.join(' ')}`)
  for (const [rule, [leaks, rest]] of [...perClass].sort())
    print(`${rule}: ${leaks} in planted rows, ${rest} in others`)
}
