import type { Finding } from '../../../src/core/finding.ts'
import type { JsonObject } from '../../../src/core/json.ts'
import type { Stage } from '../../../src/core/stage.ts'
import { DUPLICATES } from '../../../src/stages/duplicates/stage.ts'
import { memoryRun } from '../../support/corpus.ts'
import type { MemoryExample, MemoryRun, MemoryRunOptions } from '../../support/corpus.ts'
import { pick } from '../../support/random.ts'

export const VOCABULARY = Array.from({ length: 3000 }, (_, i) =>
  `word${i.toString(36)}x`.replace(/\d/g, (d) => 'abcdefghij'[Number(d)]!),
)

export function prose(random: () => number, words: number): string {
  return Array.from({ length: words }, () => pick(random, VOCABULARY)).join(' ')
}

/** Replaces, drops or adds a word at about `rate` of the places. */
export function edited(random: () => number, text: string, rate: number): string {
  return text
    .split(' ')
    .flatMap((word) => {
      if (random() >= rate) return [word]
      const x = random()
      return x < 0.6 ? [pick(random, VOCABULARY)] : x < 0.8 ? [] : [word, pick(random, VOCABULARY)]
    })
    .join(' ')
}

/** The findings and metrics of the duplicates stage; rows are named `row-0`, `row-1`, … unless they have a name. */
export function run(
  examples: readonly MemoryExample[],
  options: MemoryRunOptions = {},
  stageOptions: JsonObject = {},
): Promise<MemoryRun> {
  const named = examples.map((example, i) => ({
    ...example,
    columns: { id: `row-${i}`, ...example.columns },
  }))
  const stage = DUPLICATES.create(stageOptions) as unknown as Stage
  return memoryRun(stage, [{ component: 'c', path: 'c.parquet', examples: named }], {
    evidence: 'full',
    ...options,
  })
}

/** Pairs of rows a rule has found, as `smaller-larger`, sorted. */
export function pairs(findings: readonly Finding[], rule: string): string[] {
  return findings
    .filter((finding) => finding.rule === `duplicates/${rule}`)
    .map(({ place }) =>
      place.kind === 'pair' ? [place.a.row, place.b.row].sort((a, b) => a - b).join('-') : '',
    )
    .sort()
}
