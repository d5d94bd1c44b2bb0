import type { Example } from '../../../core/example.ts'
import type { JsonObject } from '../../../core/json.ts'
import type { ReduceContext } from '../../../core/stage.ts'
import { differences } from '../../../text/lcs.ts'
import type { Difference } from '../../../text/lcs.ts'
import { withExamples } from '../look.ts'
import type { Rows } from '../rows.ts'
import { minimalDifference } from './classify.ts'
import type { LowerCaseSeen, MeaningKind } from './classify.ts'
import type { NearPair, NearResult } from './near.ts'
import { allScores } from './scores.ts'
import { rawOf, textView } from './text-view.ts'
import type { ViewWord } from './text-view.ts'

/** A near pair seen again in its text. */
export interface SeenPair {
  pair: NearPair
  minimal: MeaningKind[] | null
  ratio: number
}

const MAX_EDITS = 4000
const LISTED = 20

export interface NearWork {
  rows: Rows
  near: NearResult
  context: ReduceContext
  lowerCaseSeen: LowerCaseSeen
  ratio: number
}

/** Reads both texts of every pair and decides what it is: near, different only in meaning, or (refuted) neither. */
export async function classifyPairs(
  pairs: readonly NearPair[],
  work: NearWork,
): Promise<{ seen: SeenPair[]; refuted: number }> {
  const seen: SeenPair[] = []
  let refuted = 0
  const source = { rows: work.rows, look: work.context }
  for await (const { item, examples } of withExamples(pairs, ({ a, b }) => [a, b], source)) {
    const comparison = compare(examples as [Example, Example], work)
    if (comparison.ratio < work.ratio) refuted++
    else seen.push({ pair: item, minimal: comparison.minimal, ratio: comparison.ratio })
  }
  return { seen, refuted }
}

function compare(
  [a, b]: readonly [Example, Example],
  work: NearWork,
): { ratio: number; minimal: MeaningKind[] | null } {
  const [x, y] = [textView(a, work.near.templateBits), textView(b, work.near.templateBits)]
  const { masked } = allScores(x, y)
  const found = differingStretches(x, y)
  const minimal = found === null ? null : minimalDifference([x, y], found, work.lowerCaseSeen)
  return { ratio: masked.alignedRatio, minimal }
}

function differingStretches(x: readonly ViewWord[], y: readonly ViewWord[]): Difference[] | null {
  const hash = (word: ViewWord): number => word.hash
  return differences(x.map(hash), y.map(hash), MAX_EDITS)
}

/** Scores and differing words of a pair, for its finding. */
export function nearEvidence(
  [a, b]: readonly [Example, Example],
  work: NearWork,
): { ratio: number; evidence: JsonObject } {
  const [x, y] = [textView(a, work.near.templateBits), textView(b, work.near.templateBits)]
  const { masked, json } = allScores(x, y)
  const found = differingStretches(x, y)
  const hide = work.context.evidence === 'hash'
  const cut = (words: readonly ViewWord[]): string => words.map(rawOf).join(' ').slice(0, 120)
  const listed = (found ?? []).slice(0, LISTED).map((d) => ({
    a: hide ? d.aEnd - d.aStart : cut(x.slice(d.aStart, d.aEnd)),
    b: hide ? d.bEnd - d.bStart : cut(y.slice(d.bStart, d.bEnd)),
  }))
  return {
    ratio: masked.alignedRatio,
    evidence: { ...json, differences: listed, differingStretches: found === null ? null : found.length },
  }
}
