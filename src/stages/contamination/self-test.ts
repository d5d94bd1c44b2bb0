import { wilson } from '../../core/interval.ts'
import type { Example } from '../../core/example.ts'
import type { JsonObject } from '../../core/json.ts'
import type { StageContext } from '../../core/stage.ts'
import { memoryBatch } from '../../text/memory-batch.ts'
import { seeded, shuffle } from '../../text/seeded.ts'
import { readBenchmarks } from './benchmarks.ts'
import { buildIndex } from './build.ts'
import type { ContaminationIndex } from './build.ts'
import type { BenchmarkItem } from './items.ts'
import { gatherMatches, matchesOf } from './matches.ts'
import type { Match } from './matches.ts'
import { METHODS, readOptions } from './options.ts'
import { PLANT_KINDS, SHORT_WORDS, plant } from './plant.ts'
import type { Host, PlantKind } from './plant.ts'
import { createScanner } from './scanner.ts'

/** How many items of each kind are planted, and the seed the choice depends on. */
const PER_KIND = 60
const SEED = 20_260

interface Planted {
  kind: PlantKind
  benchmark: string
  item: BenchmarkItem
  turns: Example['turns']
}

/**
 * Plants items of the chosen benchmarks into copies of the user's own rows, in every way they leak, and measures
 * what each method finds of them; and how many untouched rows it flags.
 * @param sample rows of the corpus, a few thousand; what is in them already counts as flagged untouched rows.
 * @returns the positive control: recall per kind with Wilson intervals, flags per 10,000 untouched rows.
 */
export async function selfTest(
  options: JsonObject,
  context: StageContext,
  sample: readonly Example[],
): Promise<JsonObject> {
  const settings = readOptions(options)
  const benchmarks = await readBenchmarks(settings.benchmarks, { ...context, notChecked: () => {} })
  const index = await buildIndex(settings, context)
  const planted = plantAll(
    benchmarks.flatMap(({ name, items }) => items.map((item) => ({ benchmark: name, item }))),
    sample,
  )
  const rows = [...sample.map((example) => example.turns), ...planted.map((entry) => entry.turns)]
  const matches = await run(index, rows)
  const methods = Object.fromEntries(
    index.methods.map((name) => {
      const own = matches.filter((match) => METHODS[match.method] === name && match.counted)
      return [name, summary(index, own, planted, sample.length)]
    }),
  )
  // The census counts what any method finds, so its recall is measured the same way.
  const any = summary(
    index,
    matches.filter((match) => match.counted),
    planted,
    sample.length,
  )
  return { seed: SEED, ...methods[index.methods[0] ?? ''], methods, any }
}

function plantAll(
  items: readonly { benchmark: string; item: BenchmarkItem }[],
  sample: readonly Example[],
): Planted[] {
  const random = seeded(SEED)
  const hosts = sample.map(hostOf).filter((host) => host.assistant !== '')
  const vocabulary = [...new Set(hosts.slice(0, 500).flatMap((host) => host.assistant.split(/\s+/)))]
    .filter((word) => /^[a-z]{3,}$/.test(word))
    .sort()
  const planted: Planted[] = []
  for (const kind of PLANT_KINDS) {
    const fitting = items.filter(({ item }) => fits(kind, item))
    for (const { benchmark, item } of shuffle(fitting, random).slice(0, PER_KIND)) {
      const host = hosts[Math.floor(random() * hosts.length)] ?? { user: '', assistant: '' }
      const { turns } = plant(kind, item, { ...host, vocabulary }, random)
      planted.push({ kind, benchmark, item, turns })
    }
  }
  return planted
}

/** Short items are a kind of their own; what has no options cannot be re-lettered. */
function fits(kind: PlantKind, item: BenchmarkItem): boolean {
  const words = item.question.split(/\s+/).length
  if (kind === 'short') return words >= 4 && words < SHORT_WORDS
  if (kind === 're-lettered' && item.options.length < 3) return false
  return words >= SHORT_WORDS
}

function hostOf(example: Example): Omit<Host, 'vocabulary'> {
  const text = (role: string) => {
    const turn = example.turns.find((entry) => entry.role === role)
    return turn === undefined ? '' : new TextDecoder().decode(turn.text)
  }
  return { user: text('user'), assistant: text('assistant') }
}

async function run(index: ContaminationIndex, rows: readonly Example['turns'][]): Promise<Match[]> {
  const scanner = await createScanner(index)
  for (let from = 0; from < rows.length; from += 1000) {
    const some = rows.slice(from, from + 1000).map((turns) => ({ turns, columns: {} }))
    scanner.scan(memoryBatch(some, { shard: 0, firstRow: from }))
  }
  const tally = scanner.tally()
  async function* tallies() {
    yield { slice: 0, shard: 0, component: '', tally }
  }
  const found = await gatherMatches(tallies(), index)
  return [...found.rows()].flatMap((hits) => matchesOf(hits, index))
}

function summary(
  index: ContaminationIndex,
  matches: readonly Match[],
  planted: readonly Planted[],
  untouched: number,
): JsonObject {
  const byRow = new Map<number, Match[]>()
  for (const match of matches) byRow.set(match.row, [...(byRow.get(match.row) ?? []), match])
  const byKind: Record<string, { planted: number; found: number }> = {}
  planted.forEach((entry, i) => {
    const counts = (byKind[entry.kind] ??= { planted: 0, found: 0 })
    counts.planted++
    if ((byRow.get(untouched + i) ?? []).some((match) => isItem(index, match, entry))) counts.found++
  })
  const flagged = [...byRow.keys()].filter((row) => row < untouched).length
  const found = Object.values(byKind).reduce((sum, counts) => sum + counts.found, 0)
  const scale = untouched === 0 ? 0 : 10_000 / untouched
  const [low, high] = wilson(flagged, untouched)
  return {
    planted: planted.length,
    found,
    byKind: Object.fromEntries(Object.entries(byKind).map(([kind, counts]) => [kind, withInterval(counts)])),
    untouched: {
      ...{ rows: untouched, flagged, per10000: flagged * scale },
      ...{ lowPer10000: low * 10_000, highPer10000: high * 10_000 },
    },
  }
}

/** The item itself, or one with the same text. */
function isItem(index: ContaminationIndex, match: Match, entry: Planted): boolean {
  return [match.item, ...match.sameText].some((item) => {
    const benchmark = index.benchmarks[index.items.benchmark[item] as number]?.name
    return benchmark === entry.benchmark && index.items.id[item] === entry.item.id
  })
}

function withInterval({ planted, found }: { planted: number; found: number }): JsonObject {
  const [lowRatio, highRatio] = wilson(found, planted)
  return { planted, found, recallRatio: planted === 0 ? 0 : found / planted, lowRatio, highRatio }
}
