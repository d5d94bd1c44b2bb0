/**
 * What contamination costs: the methods against the token stage on the same batches, the published rule against
 * itself in Python (difflib, standard library) with token ids given to both, and the stage inside whole audits.
 *
 *   npm run bench:contamination -- [CORPUS] [--quick] [--write]
 *
 * The first two take ASSAY_TESTDATA/dense20k. CORPUS, a folder with data/<component>/, is what the whole audits read;
 * without one they take dense20k as well. Exits 1 when the answers of the two implementations differ. `--write` puts
 * what is printed into bench/results/contamination.md.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { Batch } from '../src/core/batch.ts'
import type { Stage } from '../src/core/stage.ts'
import { contamination } from '../src/stages/contamination/stage.ts'
import { SwissMatcher } from '../src/stages/contamination/swiss-ai.ts'
import type { ContaminationIndex } from '../src/stages/contamination/build.ts'
import { encode } from '../src/stages/contamination/build.ts'
import { TOKENS } from '../src/stages/tokens/tokens.ts'
import { openTokenizer } from '../src/text/tokenizer/tokenizer.ts'
import { batchOf, memoryPlan } from '../test/support/corpus.ts'
import { localResources } from '../test/stages/contamination/local-resources.ts'
import { compareRuns } from './contamination-runs.ts'
import { readCorpus } from './corpus-rows.ts'

const testdata = process.env['ASSAY_TESTDATA']
if (testdata === undefined) throw new Error('set ASSAY_TESTDATA to the folder with benchmarks/')
const quick = process.argv.includes('--quick')
const corpus = join(testdata, 'dense20k')
const whole = process.argv.slice(2).find((argument) => !argument.startsWith('--')) ?? corpus
const printed: string[] = []
const RECORD = 'bench/results/contamination.md'
const SWISS = { 'swiss-ai': { tokenizer: 'o200k_base' } }
const ALL = ['assay', SWISS, 'swiss-ai-fixed', 'ngram-13', 'ngram-8-coverage']
const benchmarks = readdirSync(join(testdata, 'benchmarks'))
  .filter((file) => file.endsWith('.jsonl'))
  .map((file) => ({ name: file.slice(0, -6), file: `benchmarks/${file}` }))

const PYTHON = `
import json, sys, time
from difflib import SequenceMatcher
folder = sys.argv[1]
data = json.load(open(folder + "/in.json"))
def grams(tokens, n=8):
    # The published slice loses the last gram: len - 8 grams instead of len - 7.
    return [tuple(tokens[i:i + n]) for i in range(len(tokens) - n)]
start = time.process_time()
index = {}
for number, item in enumerate(data["items"]):
    for gram in grams(item):
        index.setdefault(gram, set()).add(number)
built = time.process_time()
pairs = []
for number, row in enumerate(data["rows"]):
    candidates = set()
    for gram in grams(row):
        candidates |= index.get(gram, set())
    for candidate in candidates:
        item = data["items"][candidate]
        blocks = SequenceMatcher(None, row, item, autojunk=False).get_matching_blocks()
        matched = sum(block.size for block in blocks if block.size >= 5)
        if matched / len(item) >= 0.5:
            pairs.append(f"{number} {candidate} {matched}/{len(item)}")
json.dump({"seconds": time.process_time() - built, "pairs": pairs}, open(folder + "/out.json", "w"))
`

const shards = await readCorpus(corpus)
const plan = memoryPlan(shards, { id: 'conversation_id' })
const context = {
  plan,
  evidence: 'snippet' as const,
  resources: localResources(testdata),
  notChecked: () => {},
  warn: () => {},
}
const batches: Batch[] = shards.flatMap((shard, number) =>
  Array.from({ length: Math.ceil(shard.examples.length / 2000) }, (_, i) =>
    batchOf(shard.examples.slice(2000 * i, 2000 * i + 2000), number, 2000 * i, plan.columns),
  ),
)
const bytes = batches.reduce((sum, batch) => sum + batch.bytes.length, 0)
const words = batches.reduce((sum, batch) => sum + batch.words().hash.length, 0)
print('# What the contamination stage costs\n')
print(`\`npm run bench:contamination\`, Node ${process.versions.node}. One thread, ${basename(corpus)}:`)
print(`${(bytes / 1e6).toFixed(1)} MB of text, ${words} words.\n`)

const cpu = (since?: NodeJS.CpuUsage) => process.cpuUsage(since)
const seconds = (used: NodeJS.CpuUsage) => (used.user + used.system) / 1e6

async function cost(stage: Stage): Promise<{ prepare: number; scan: number; index: unknown }> {
  const start = cpu()
  const index = await stage.prepare(context)
  const prepare = seconds(cpu(start))
  const scanner = await stage.scanner(index)
  const from = cpu()
  for (const batch of batches) scanner.scan(batch)
  scanner.tally()
  return { prepare, scan: seconds(cpu(from)), index }
}

const tokens = await cost(TOKENS.create({ tokenizers: ['o200k_base'] }) as unknown as Stage)
print(`* token stage (o200k_base): ${tokens.scan.toFixed(2)} s CPU`)
for (const methods of [['assay'], [SWISS], ['swiss-ai-fixed'], ['ngram-13', 'ngram-8-coverage']]) {
  const { scan } = await cost(contamination.create({ benchmarks, methods }) as unknown as Stage)
  print(
    `* ${JSON.stringify(methods)}: ${scan.toFixed(2)} s CPU, ${((1e9 * scan) / words).toFixed(0)} ns a word`,
  )
}
const all = await cost(contamination.create({ benchmarks, methods: ALL }) as unknown as Stage)
print(`* all methods: ${all.scan.toFixed(2)} s CPU and ${all.prepare.toFixed(2)} s for the index\n`)

const differs = await againstPython(all.index as ContaminationIndex, quick ? 60 : 300)
print(`Scan alone: all methods cost ${(all.scan / tokens.scan).toFixed(2)} times the token stage.`)
compareRuns(whole, { testdata, methods: ALL, print })
if (process.argv.includes('--write') && !differs) writeFileSync(RECORD, `${printed.join('\n')}\n`)
process.exit(differs ? 1 : 0)

function print(line: string): void {
  printed.push(line)
  console.log(line)
}

/** Both read the same token ids; the Python side runs the published loop on a sample of rows. */
async function againstPython(index: ContaminationIndex, rows: number): Promise<boolean> {
  const swiss = index.swiss
  if (swiss === null) throw new Error('the index was built without swiss-ai')
  const tokenizer = await openTokenizer(swiss.tokenizer)
  const users = shards
    .flatMap((shard) => shard.examples)
    .map((row) => row.turns.find((turn) => turn.role === 'user'))
  const step = Math.max(1, Math.floor(users.length / rows))
  const sample = users
    .filter((_, i) => i % step === 0)
    .slice(0, rows)
    .map((turn) => encode(tokenizer, new TextEncoder().encode(String(turn?.text ?? ''))))
  const { start, symbols } = swiss.index.texts
  const items = Array.from({ length: start.length - 1 }, (_, i) => [
    ...symbols.subarray(start[i], start[i + 1]),
  ])
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-'))
  writeFileSync(join(folder, 'in.json'), JSON.stringify({ rows: sample.map((row) => [...row]), items }))
  writeFileSync(join(folder, 'rule.py'), PYTHON)
  const python = spawnSync('python3', [join(folder, 'rule.py'), folder], { encoding: 'utf8' })
  if (python.status !== 0) {
    print(`Python could not run: ${python.stderr || String(python.error)}`)
    return true
  }
  const theirs = JSON.parse(readFileSync(join(folder, 'out.json'), 'utf8')) as {
    seconds: number
    pairs: string[]
  }
  rmSync(folder, { recursive: true })
  const matcher = new SwissMatcher(swiss.index)
  const repeats = 5
  let pairs: string[] = []
  const from = cpu()
  for (let i = 0; i < repeats; i++) {
    pairs = []
    sample.forEach((row, number) =>
      matcher.match(row, (item, matched, length) => pairs.push(`${number} ${item} ${matched}/${length}`)),
    )
  }
  const ours = seconds(cpu(from)) / repeats
  const equal = JSON.stringify([...pairs].sort()) === JSON.stringify([...theirs.pairs].sort())
  print(
    `Published rule on ${sample.length} rows and ${items.length} items, ids given: Python ${theirs.seconds.toFixed(1)} s, ` +
      `assay ${(1000 * ours).toFixed(1)} ms, ratio ${(theirs.seconds / ours).toFixed(0)}; ${pairs.length} pairs, ${equal ? 'equal' : 'DIFFERENT'}`,
  )
  return !equal
}
