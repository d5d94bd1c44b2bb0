import type { Example } from '../../core/example.ts'
import type { EvidenceLevel, Finding } from '../../core/finding.ts'
import { toText } from '../../core/finding-text.ts'
import { FindingPacker } from '../../core/packed-findings.ts'
import type { JsonObject, JsonValue } from '../../core/json.ts'
import { unpackExamples } from '../../core/packed-examples.ts'
import type { PackedExamples } from '../../core/packed-examples.ts'
import type { RoundInput } from '../../core/stage.ts'
import type { Tally } from '../../core/tally.ts'
import { pairFinding } from './evidence.ts'
import type { AskedPair, Shown } from './evidence.ts'
import { classifyPair, nearEvidence } from './near/near-evidence.ts'
import { seenInLowerCase } from './near/small-words.ts'
import { holds } from './proof.ts'

/** Round: what each near pair is (`NearKind`). */
export function classifyRound(input: RoundInput): Tally {
  const by = {
    templateBits: input['templateBits'] as Uint32Array,
    ratio: input['ratio'] as number,
    lowerCaseSeen: seenInLowerCase(input['lowerCaseBits'] as Uint32Array),
  }
  const values = eachPair<{ a: number; b: number }>(input).map(([, both]) => classifyPair(both, by))
  return { values: values as JsonValue }
}

/** Round: the findings of the pairs whose texts bear out what the keys say, and which of the pairs these are. */
export function findingsRound(input: RoundInput): Tally {
  const places = input['places'] as Readonly<Record<string, { component: string; path: string }>>
  const shown = {
    evidence: input['evidence'] as EvidenceLevel,
    templateBits: input['templateBits'] as Uint32Array,
    placeOf: ({ shard }: Example) => places[shard] ?? { component: '', path: '' },
  }
  const packer = new FindingPacker()
  const pairs = eachPair<AskedPair>(input)
  const held = new Uint8Array(pairs.length)
  pairs.forEach(([pair, both], i) => {
    const finding = findingOf(pair, both, shown)
    if (finding === null) return
    packer.add(toText(finding))
    held[i] = 1
  })
  return { ...packer.take(), held }
}

function findingOf(pair: AskedPair, both: readonly [Example, Example], shown: Shown): Finding | null {
  // Equal hashes of unequal text: a forged or chance collision is never reported as a duplicate.
  if (!holds(pair.level, ...both)) return null
  if (pair.level !== 'near-duplicate' && pair.level !== 'minimal-difference') {
    const more = pair.measured === undefined ? {} : { nearDuplicate: { alignedRatio: pair.measured } }
    return pairFinding(pair, both, shown, { score: 1, evidence: more })
  }
  const { ratio, evidence } = nearEvidence(both, shown)
  const meaning: JsonObject = pair.meaning === undefined ? {} : { meaning: pair.meaning }
  const message = nearMessage(ratio, pair.meaning)
  // One of two near prompts may well be labelled wrong: somebody should look.
  const severity = pair.meaning?.includes('answer') === true ? ({ severity: 'medium' } as const) : {}
  const extra = { score: ratio, message, evidence: { ...evidence, ...meaning }, ...severity }
  return pairFinding(pair, both, shown, extra)
}

function nearMessage(ratio: number, meaning: readonly string[] | undefined): string {
  const percent = Math.floor(ratio * 1000) / 10
  if (meaning === undefined) return `${percent} % of the words of the longer conversation are aligned`
  if (meaning.includes('answer'))
    return `The answers name different options: not a duplicate (${percent} % aligned)`
  return `Only a ${meaning.join(', ')} differs: not a duplicate (${percent} % aligned)`
}

function eachPair<P extends { a: number; b: number }>(input: RoundInput): [P, [Example, Example]][] {
  const examples = unpackExamples(input as unknown as PackedExamples)
  return (input['pairs'] as unknown as readonly P[]).map((pair) => [
    pair,
    [examples[pair.a] as Example, examples[pair.b] as Example],
  ])
}
