import { z } from 'zod'
import type { JsonValue } from '../../core/json.ts'
import { isObject } from '../../core/json.ts'
import type { Part } from '../kind.ts'
import { defineKind } from '../kind.ts'
import { at, numberAt, obstaclesOf, shown, stageOf } from '../measure.ts'
import { show } from '../quantity.ts'
import { compose, unanswered, weaken } from '../verdict.ts'

/** "No overlap between train and test": no row of one split repeats a row of another. */
export const splitOverlap = defineKind({
  name: 'no-split-overlap',
  title: 'No row of one split stands in another split of the dataset',
  keys: {
    splits: z
      .array(z.string().min(1))
      .min(2)
      .optional()
      .describe('The splits meant; otherwise all there are'),
    samePrompt: z
      .boolean()
      .default(false)
      .describe('Count rows that share only their prompt or question too'),
    mostRows: z
      .number()
      .int()
      .nonnegative()
      .default(0)
      .describe('Rows of either split that may stand in the other'),
  },
  judge(body, { measured }) {
    const stated = { splits: body.splits ?? 'all', mostRows: body.mostRows }
    const stage = stageOf('duplicates', measured)
    if ('missing' in stage) return unanswered('not-checked', stage.missing, { stated })
    const found = at(stage.metrics, 'splits', 'splits')
    const there = isObject(found) ? Object.keys(found).sort() : []
    const missing = (body.splits ?? []).filter((name) => !there.includes(name))
    if (missing.length > 0 || there.length < 2) {
      const what =
        missing.length > 0 ? `no file is of the split ${missing.join(', ')}` : 'the files name no two splits'
      return unanswered('not-verifiable', what, { stated, evidence: there })
    }
    const parts = pairsOf(at(stage.metrics, 'splits', 'pairs'))
      .filter(({ a, b }) => body.splits === undefined || (body.splits.includes(a) && body.splits.includes(b)))
      .map((pair) => judged(pair, body))
    const places = (measured.findings['duplicates/split-overlap'] ?? []).map(({ id, place }) => ({
      finding: id,
      place,
    }))
    const evidence = shown(places.slice(0, 10) as unknown as JsonValue[])
    return weaken(
      compose(parts, { stated, evidence }),
      obstaclesOf(Object.keys(measured.components), measured),
    )
  },
})

interface SplitPair {
  a: string
  b: string
  inA: JsonValue
  inB: JsonValue
}

function pairsOf(list: JsonValue): SplitPair[] {
  return Array.isArray(list) ? (list as unknown as SplitPair[]) : []
}

function judged(
  { a, b, inA, inB }: SplitPair,
  { samePrompt, mostRows }: { samePrompt: boolean; mostRows: number },
): Part {
  const key = samePrompt ? 'rows' : 'repeats'
  const counts = [numberAt(inA, key) ?? 0, numberAt(inB, key) ?? 0] as const
  const most = Math.max(...counts)
  const what = samePrompt
    ? 'repeat rows of the other or share a prompt with them'
    : 'repeat rows of the other'
  return {
    name: `${a} and ${b}`,
    verdict: most <= mostRows ? 'verified' : 'contradicted',
    because: `${show(counts[0])} rows of ${a} and ${show(counts[1])} rows of ${b} ${what} (exactly, after normalisation, or nearly)`,
    measured: { [a]: counts[0], [b]: counts[1] },
    stands: true,
  }
}
