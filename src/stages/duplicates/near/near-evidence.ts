import type { Example } from '../../../core/example.ts'
import type { EvidenceLevel } from '../../../core/finding.ts'
import type { JsonObject } from '../../../core/json.ts'
import { differences } from '../../../text/differences.ts'
import type { Difference } from '../../../text/differences.ts'
import { minimalDifference } from './classify.ts'
import type { MeaningKind } from './classify.ts'
import { MAX_EDITS, leastAligned } from './near-rule.ts'
import { answersOtherwise } from './otherwise.ts'
import { maskedAlignment, nearScores } from './scores.ts'
import type { LowerCaseSeen } from './small-words.ts'
import { rawOf, textView, wordsAt } from './text-view.ts'
import type { TextView } from './text-view.ts'

const LISTED = 20

/** Two views seen again in their texts, and where they differ. */
interface Comparison {
  views: readonly [TextView, TextView]
  found: Difference[] | null
}

function compare([a, b]: readonly [Example, Example], templateBits: Uint32Array): Comparison {
  const views = [textView(a, templateBits), textView(b, templateBits)] as const
  return { views, found: differences(views[0].hash, views[1].hash, MAX_EDITS) }
}

/**
 * What a near pair is: held together by templates only, one text with two questions or answers, different only in what it
 * means, or a near-duplicate.
 */
export type NearKind = 'held-by-templates' | 'other-answer' | MeaningKind[] | null

export function classifyPair(
  examples: readonly [Example, Example],
  by: { templateBits: Uint32Array; ratio: number; lowerCaseSeen: LowerCaseSeen },
): NearKind {
  const { views, found } = compare(examples, by.templateBits)
  const { words, alignedWords } = maskedAlignment(views, found)
  const least = leastAligned(words[0], words[1], by.ratio)
  if (least < 0 || alignedWords < least) return 'held-by-templates'
  const minimal = found === null ? null : minimalDifference(views, found, by.lowerCaseSeen)
  return minimal ?? (answersOtherwise(views) ? 'other-answer' : null)
}

/** Scores and differing words of a pair, for its finding. */
export function nearEvidence(
  examples: readonly [Example, Example],
  by: { templateBits: Uint32Array; evidence: EvidenceLevel },
): { ratio: number; evidence: JsonObject } {
  const { views, found } = compare(examples, by.templateBits)
  const hide = by.evidence === 'hash'
  const cut = (view: TextView, from: number, to: number): string =>
    wordsAt(view, from, to).map(rawOf).join(' ').slice(0, 120)
  const listed = (found ?? []).slice(0, LISTED).map((d) => ({
    a: hide ? d.aEnd - d.aStart : cut(views[0], d.aStart, d.aEnd),
    b: hide ? d.bEnd - d.bStart : cut(views[1], d.bStart, d.bEnd),
  }))
  const { ratio, evidence } = nearScores(views, found)
  const stretches = found === null ? null : found.length
  return { ratio, evidence: { ...evidence, differences: listed, differingStretches: stretches } }
}
