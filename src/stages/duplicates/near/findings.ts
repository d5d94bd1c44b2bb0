import type { Example } from '../../../core/example.ts'
import type { JsonObject } from '../../../core/json.ts'
import type { ReduceContext } from '../../../core/stage.ts'
import { differences } from '../../../text/lcs.ts'
import type { Difference } from '../../../text/lcs.ts'
import { withExamples } from '../look.ts'
import type { Cache } from '../look.ts'
import { compareRows } from '../rows.ts'
import type { Rows } from '../rows.ts'
import { minimalDifference } from './classify.ts'
import type { LowerCaseSeen, MeaningKind } from './classify.ts'
import type { NearPair, NearResult } from './near.ts'
import { leastAligned } from './rare.ts'
import { maskedScores, scoresJson } from './scores.ts'
import type { Scores } from './scores.ts'
import { rawOf, textView } from './text-view.ts'
import type { ViewWord } from './text-view.ts'

/** A near pair seen again in its text. */
export interface SeenPair {
  pair: NearPair
  minimal: MeaningKind[] | null
}

const MAX_EDITS = 4000
const LISTED = 20

export interface NearWork {
  rows: Rows
  near: NearResult
  context: ReduceContext
  lowerCaseSeen: LowerCaseSeen
  ratio: number
  cache: Cache
  /** Evidence of pairs already compared, by place of the first and the second: most are asked for again. */
  compared: Map<string, NearEvidence>
}

export interface NearEvidence {
  ratio: number
  evidence: JsonObject
}

/** Pairs whose evidence is kept at most. */
const KEPT = 20_000

/** Reads both texts of every pair and decides what it is: near, different only in meaning, or held together by templates. */
export async function classifyPairs(
  pairs: readonly NearPair[],
  work: NearWork,
): Promise<{ seen: SeenPair[]; refuted: number }> {
  const seen: SeenPair[] = []
  let refuted = 0
  const source = { rows: work.rows, look: work.context, cache: work.cache }
  // In the order they are listed in, whatever the order of the rows.
  const sides = ({ a, b }: NearPair): [number, number] => (compareRows(work.rows, a, b) < 0 ? [a, b] : [b, a])
  for await (const { item, examples } of withExamples(pairs, sides, source)) {
    const both = examples as [Example, Example]
    const compared = compare(both, work)
    const { views, found } = compared
    if (!isNear(compared.masked, work.ratio)) {
      refuted++
      continue
    }
    seen.push({
      pair: item,
      minimal: found === null ? null : minimalDifference(views, found, work.lowerCaseSeen),
    })
    if (work.compared.size < KEPT) work.compared.set(placesOf(both), evidenceOf(compared, work))
  }
  return { seen, refuted }
}

function compare([a, b]: readonly [Example, Example], work: NearWork): Comparison {
  const bits = work.near.templateBits
  const views = [textView(a, bits), textView(b, bits)] as const
  const found = differingStretches(...views)
  return { views, found, masked: maskedScores(views, found) }
}

interface Comparison {
  views: readonly [readonly ViewWord[], readonly ViewWord[]]
  found: Difference[] | null
  masked: Scores
}

function isNear({ alignedWords, words }: Scores, ratio: number): boolean {
  const least = leastAligned(words[0], words[1], ratio)
  return least >= 0 && alignedWords >= least
}

function differingStretches(x: readonly ViewWord[], y: readonly ViewWord[]): Difference[] | null {
  const hash = (word: ViewWord): number => word.hash
  return differences(x.map(hash), y.map(hash), MAX_EDITS)
}

/** Scores and differing words of a pair, for its finding. */
export function nearEvidence(examples: readonly [Example, Example], work: NearWork): NearEvidence {
  return work.compared.get(placesOf(examples)) ?? evidenceOf(compare(examples, work), work)
}

function placesOf([a, b]: readonly [Example, Example]): string {
  return `${a.shard} ${a.row} ${b.shard} ${b.row}`
}

function evidenceOf({ views, found, masked }: Comparison, work: NearWork): NearEvidence {
  const [x, y] = views
  const hide = work.context.evidence === 'hash'
  const cut = (words: readonly ViewWord[]): string => words.map(rawOf).join(' ').slice(0, 120)
  const listed = (found ?? []).slice(0, LISTED).map((d) => ({
    a: hide ? d.aEnd - d.aStart : cut(x.slice(d.aStart, d.aEnd)),
    b: hide ? d.bEnd - d.bStart : cut(y.slice(d.bStart, d.bEnd)),
  }))
  return {
    ratio: masked.alignedRatio,
    evidence: {
      ...scoresJson(views, masked),
      differences: listed,
      differingStretches: found === null ? null : found.length,
    },
  }
}
