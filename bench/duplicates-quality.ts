/**
 * What the duplicates stage finds and what it invents, on corpora with known duplicates.
 *
 *   npm run bench:duplicates-quality -- CORPUS…
 *
 * Each CORPUS is a folder as tools/make_corpus.py writes it (with truth.jsonl). Prints recall per kind of planted
 * duplicate, every near-duplicate that is neither planted nor follows from planted pairs, how many scores an
 * independent checker, which reads nothing but the text, could confirm, and the recall of the search by rare shingles
 * measured on the near pairs of the exact join.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Finding } from '../src/core/finding.ts'
import type { Stage } from '../src/core/stage.ts'
import { DUPLICATES } from '../src/stages/duplicates/stage.ts'
import { checkScores } from '../test/stages/duplicates/check-scores.ts'
import { memoryRun } from '../test/support/corpus.ts'
import { readCorpus } from './corpus-rows.ts'

interface Planted {
  conversation_id: string
  kind: string
  partner_id?: string
  params?: Record<string, unknown>
}

const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  exact_dup: ['conversation-exact'],
  norm_dup: ['normalised-exact'],
  same_prompt_diff_answer: ['same-prompt'],
  mcq_shuffle: ['options-shuffled'],
  // A pair whose prompt came through unedited is listed as such.
  near_dup_02: ['near-duplicate', 'same-prompt'],
  near_dup_05: ['near-duplicate', 'same-prompt'],
  near_dup_10: ['near-duplicate', 'same-prompt'],
  near_dup_20: ['near-duplicate', 'same-prompt'],
}

const folders = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
for (const folder of folders) await report(folder)

async function report(folder: string): Promise<void> {
  const shards = await readCorpus(folder)
  const truth = readFileSync(join(folder, 'truth.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Planted)
  const began = performance.now()
  const stage = DUPLICATES.create({}) as unknown as Stage
  const { findings, metrics } = await memoryRun(stage, shards, {
    batchRows: 2000,
    id: 'conversation_id',
    evidence: 'full',
  })
  const rows = shards.reduce((sum, shard) => sum + shard.examples.length, 0)
  console.log(`\n${folder}: ${rows} rows, ${Math.round(performance.now() - began)} ms in one process`)
  printRecall(truth, findings)
  printSurprises(truth, findings)
  const checked = checkScores(findings, shards)
  console.log(`scores confirmed from text: ${checked.confirmed} of ${checked.pairs}`)
  for (const line of checked.wrong.slice(0, 5)) console.log(`  wrong: ${line}`)
  const levels = metrics['levels'] as Record<string, Record<string, unknown>>
  printSecondPath(levels['near-duplicate']?.['search'] as unknown as Search)
  console.log(
    JSON.stringify({
      refuted: metrics['refutedPairs'],
      ...levels['near-duplicate'],
      pairs: undefined,
      components: undefined,
      sizes: undefined,
    }),
  )
}

interface Search {
  join: { candidates: number; verified: number; pairs: number; near: number }
  rare: { candidates: number; aligned: number; near: number; ofJoin: number }
}

/** The join misses nothing at its threshold, so its near pairs are a sample the other path is measured on. */
function printSecondPath({ join: exact, rare }: Search): void {
  const [low, high] = wilson(rare.ofJoin, exact.near)
  console.log(
    `rare shingles by themselves: ${rare.near} near pairs, among them ${rare.ofJoin} of the join's ${exact.near}: recall ${(rare.ofJoin / exact.near).toFixed(3)} (95 %: ${low.toFixed(3)}–${high.toFixed(3)}); ${rare.near - rare.ofJoin} the join's threshold leaves out`,
  )
}

/** 95 % interval of a proportion (Wilson's score interval). */
function wilson(hits: number, of: number): [number, number] {
  const z = 1.96
  const p = hits / of
  const centre = (p + (z * z) / (2 * of)) / (1 + (z * z) / of)
  const half = (z * Math.sqrt((p * (1 - p)) / of + (z * z) / (4 * of * of))) / (1 + (z * z) / of)
  return [Math.max(0, centre - half), Math.min(1, centre + half)]
}

function printRecall(truth: readonly Planted[], findings: readonly Finding[]): void {
  const levels = new Map(findings.map((finding) => [pairKey(...ids(finding)), finding.rule.slice(11)]))
  for (const [kind, expected] of Object.entries(EXPECTED)) {
    const planted = truth.filter((entry) => entry.kind === kind && entry.partner_id !== undefined)
    const found = planted.map((entry) =>
      levels.get(pairKey(entry.conversation_id, entry.partner_id as string)),
    )
    const right = found.filter((level) => level !== undefined && expected.includes(level)).length
    const missed = planted.filter((_, i) => !expected.includes(found[i] ?? ''))
    console.log(`${kind.padEnd(24)} ${right}/${planted.length}${missed.length > 0 ? ' missed:' : ''}`)
    for (const entry of missed.slice(0, 5)) {
      const level = levels.get(pairKey(entry.conversation_id, entry.partner_id as string)) ?? 'not found'
      console.log(
        `  ${entry.conversation_id} ${entry.partner_id ?? ''} ${level} ${JSON.stringify(entry.params)}`,
      )
    }
  }
}

/** Near-duplicates whose two rows no chain of planted pairs connects. */
function printSurprises(truth: readonly Planted[], findings: readonly Finding[]): void {
  const parent = new Map<string, string>()
  const find = (id: string): string => {
    const up = parent.get(id)
    return up === undefined ? id : find(up)
  }
  for (const { conversation_id, partner_id } of truth) {
    const [a, b] = [find(conversation_id), find(partner_id ?? conversation_id)]
    if (a !== b) parent.set(a, b)
  }
  const surprises = findings.filter((finding) => {
    const [a, b] = ids(finding)
    return a !== '' && find(a) !== find(b)
  })
  const counts = new Map<string, number>()
  for (const { rule } of surprises) counts.set(rule, (counts.get(rule) ?? 0) + 1)
  console.log(`neither planted nor following: ${JSON.stringify(Object.fromEntries(counts))}`)
  for (const finding of surprises.filter(({ rule }) => /near|minimal|exact/.test(rule))) {
    console.log(
      `  ${finding.rule} ${ids(finding).join(' ')} ${finding.score ?? ''} ${JSON.stringify(finding.evidence['differences'])}`,
    )
  }
}

function ids({ place }: Finding): [string, string] {
  return place.kind === 'pair' ? [place.a.exampleId ?? '', place.b.exampleId ?? ''] : ['', '']
}

function pairKey(a: string, b: string): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`
}
