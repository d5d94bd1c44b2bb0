import { judge, THRESHOLDS } from '../src/stages/contamination/judge.ts'
import { scoresOf, wordBits } from '../src/stages/contamination/scores.ts'
import type { Scores } from '../src/stages/contamination/scores.ts'
import type { ContaminationIndex } from '../src/stages/contamination/build.ts'
import { createScanner } from '../src/stages/contamination/scanner.ts'
import { unpackTally } from '../src/stages/contamination/tally.ts'
import type { AssayHit } from '../src/stages/contamination/tally.ts'
import { batchOf } from '../test/support/corpus.ts'
import type { MemoryShard } from '../test/support/corpus.ts'

/** A sighting with the scores the thresholds look at, whether or not it became a verdict. */
export interface Scored {
  exampleId: string
  hit: AssayHit
  scores: Scores
  verdict: string | null
}

/** Every sighting of the assay method in a corpus, before any threshold of the verdict. */
export async function allSightings(
  index: ContaminationIndex,
  shards: readonly MemoryShard[],
): Promise<Scored[]> {
  const hits: { exampleId: string; hit: AssayHit }[] = []
  const documents = new Float64Array(index.items.vocabulary.size)
  let examples = 0
  for (const [number, shard] of shards.entries()) {
    const scanner = await createScanner({ ...index, methods: ['assay'], swiss: null, swissFixed: null })
    for (let from = 0; from < shard.examples.length; from += 2000)
      scanner.scan(batchOf(shard.examples.slice(from, from + 2000), number, from))
    const record = unpackTally(scanner.tally())
    examples += record.examples
    record.documents.forEach((count, word) => (documents[word]! += count))
    for (const hit of record.hits) {
      // Sightings in several turns are judged beside those of one turn; the thresholds are drawn through the latter.
      if (hit.joined > 0) continue
      const id = shard.examples[hit.row]?.columns?.['conversation_id']
      hits.push({ exampleId: String(id), hit })
    }
  }
  const bits = wordBits(index.items, documents, examples)
  return hits.map(({ exampleId, hit }) => {
    const scores = scoresOf(hit, index.items, bits)
    return { exampleId, hit, scores, verdict: judge(hit, scores) }
  })
}

/** Each score that a threshold looks at, and the thresholds drawn through it. */
const SCORES: readonly {
  name: string
  of: (s: Scored) => number
  thresholds: (keyof typeof THRESHOLDS)[]
}[] = [
  {
    name: 'question coverage by information',
    of: (s) => s.scores.coverageRatio,
    thresholds: [
      'optionCoverage',
      'cutCoverage',
      'ownCoverageWithOptions',
      'shortCoverage',
      'ownCoverage',
      'boundaryCoverage',
      'nearCoverage',
      'ownShortCoverage',
      'wholeCoverage',
    ],
  },
  {
    name: 'density',
    of: (s) => s.scores.densityRatio,
    thresholds: ['optionDensity', 'ownDensity', 'shortDensity', 'wholeCoverage'],
  },
  {
    name: 'question bits found',
    of: (s) => s.scores.foundBits,
    thresholds: [
      ...(['leastBitsListed', 'leastBits', 'wholeBits', 'cutBits', 'shortBitsWithOptions'] as const),
      ...(['shortBits', 'phraseBits', 'ownBits', 'toldBits'] as const),
    ],
  },
  { name: 'option bits found', of: (s) => s.scores.foundOptionBits, thresholds: ['optionBits', 'listBits'] },
  {
    name: 'question and option bits found',
    of: (s) => s.scores.foundBits + s.scores.foundOptionBits,
    thresholds: ['bothBits'],
  },
  { name: 'question words', of: (s) => s.hit.questionWords, thresholds: ['ownWords'] },
  { name: 'words found', of: (s) => s.scores.wordRatio, thresholds: ['cutWords'] },
  {
    name: 'chance of what the last sentence misses',
    of: (s) => s.scores.askChance,
    thresholds: ['askChance'],
  },
  {
    name: 'words before the answer (1000 where it is not given)',
    of: (s) => (s.hit.answerTurn > s.hit.turn ? s.hit.answerDistance : 1000),
    thresholds: ['agreedDistance'],
  },
  {
    name: 'other places with other words (where a negation changed)',
    of: (s) => (s.hit.negationsChanged > 0 ? s.hit.otherPlaces - s.hit.negationsChanged : 0),
    thresholds: ['slipsAgreed', 'slips', 'slipsAsked'],
  },
  { name: 'last sentence found', of: (s) => s.scores.askRatio, thresholds: ['askCoverage'] },
  { name: 'case before it found', of: (s) => s.scores.toldRatio, thresholds: ['toldCoverage'] },
  {
    name: 'last sentence replaced',
    of: (s) => s.scores.askReplacedRatio,
    thresholds: ['askReplaced', 'replacedAgreed', 'askReplacedAnswered'],
  },
  {
    name: 'told beside all options',
    of: (s) => s.scores.topicRatio,
    thresholds: ['topicAnswered', 'topic'],
  },
  {
    name: 'question replaced',
    of: (s) => s.scores.replacedRatio,
    thresholds: ['replaced', 'replacedAgreed'],
  },
]

const QUANTILES = [0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1]

/** Markdown tables: quantiles of each score per group, the share on the upper side of each threshold, and the nearest values around it. */
export function scoreTables(groups: ReadonlyMap<string, readonly Scored[]>): string[] {
  const lines: string[] = []
  for (const { name, of, thresholds } of SCORES) {
    const set = thresholds.map((key) => `${key} ${THRESHOLDS[key]}`).join(', ')
    lines.push('', `**${name}** (${set})`, '')
    lines.push(
      `| sightings | n | ${QUANTILES.map((q) => `${100 * q} %`).join(' | ')} | ${thresholds.map((key) => `≥ ${THRESHOLDS[key]} (nearest below / above)`).join(' | ')} |`,
    )
    lines.push(`|${'---|'.repeat(2 + QUANTILES.length + thresholds.length)}`)
    for (const [group, scored] of groups) {
      if (scored.length === 0) continue
      const values = scored.map(of).sort((a, b) => a - b)
      const quantiles = QUANTILES.map((q) => show(values[Math.round(q * (values.length - 1))] as number))
      const margins = thresholds.map((key) => margin(values, THRESHOLDS[key]))
      lines.push(`| ${group} | ${values.length} | ${[...quantiles, ...margins].join(' | ')} |`)
    }
  }
  return lines
}

function margin(values: readonly number[], threshold: number): string {
  const at = values.findIndex((value) => value >= threshold)
  const above = at < 0 ? 0 : values.length - at
  const below = at < 0 ? values.at(-1) : values[at - 1]
  const share = ((100 * above) / values.length).toFixed(1)
  return `${share} % (${below === undefined ? '–' : show(below)} / ${at < 0 ? '–' : show(values[at] as number)})`
}

function show(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(value < 10 ? 2 : 0)
}
