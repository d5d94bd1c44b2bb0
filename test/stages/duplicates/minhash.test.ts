import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/core/json.ts'
import { chat } from '../../support/corpus.ts'
import type { MemoryExample, MemoryRun } from '../../support/corpus.ts'
import { randomOf } from '../../support/random.ts'
import { checkScores } from './check-scores.ts'
import { edited, pairs, prose, run } from './near-run.ts'

/** Fewer words than any corpus here has: nothing fits. */
const JOIN_WORDS = 4000

interface Search {
  templateThreshold: number
  templateWords: number
  minhash?: { bands: number; candidates: number; crowds: number; near: number }
  recall?: { views: number; near: number; found: number }
}

function searchOf({ metrics }: MemoryRun): Search {
  return (metrics['levels'] as unknown as Record<string, { search: Search }>)['near-duplicate']!.search
}

function byMinhash(
  examples: readonly MemoryExample[],
  options = {},
  joinWords = JOIN_WORDS,
): Promise<MemoryRun> {
  return run(examples, options, { joinWords })
}

/** Families of edited copies under a system prompt and a scaffold all share, among texts of their own. */
function families(seed: number, rates: readonly number[], each: number): MemoryExample[] {
  const random = randomOf(seed)
  const [system, scaffold] = [prose(random, 40), prose(random, 30)]
  const talk = (question: string, reply: string): MemoryExample => ({
    turns: [
      { role: 'system', text: system },
      { role: 'user', text: `${scaffold} ${question}` },
      { role: 'assistant', text: reply },
    ],
  })
  const examples: MemoryExample[] = []
  for (const rate of rates) {
    for (let i = 0; i < each; i++) {
      const [question, reply] = [prose(random, 30), prose(random, 60 + 3 * i)]
      examples.push(talk(question, reply))
      examples.push(talk(edited(random, question, rate), edited(random, reply, rate)))
      examples.push(talk(prose(random, 30), prose(random, 90)))
    }
  }
  return examples
}

const nearOf = ({ findings }: MemoryRun): string[] =>
  ['near-duplicate', 'minimal-difference', 'same-prompt'].flatMap((rule) =>
    pairs(findings, rule).map((pair) => `${rule} ${pair}`),
  )

describe('near-duplicates of a corpus whose words do not fit', () => {
  it('are those of the exact search, but for the few pairs that share little', async () => {
    const examples = families(61, [0.02, 0.05, 0.1, 0.15], 25)
    const [exact, found] = [await run(examples), await byMinhash(examples)]
    const [all, some] = [nearOf(exact), nearOf(found)]
    expect(all.length).toBeGreaterThan(90)
    expect(some.filter((pair) => !all.includes(pair))).toEqual([])
    expect(some.length).toBeGreaterThanOrEqual(0.95 * all.length)
    expect(checkScores(found.findings, [{ component: 'c', path: 'c.parquet', examples }]).wrong).toEqual([])
    // Template text is the same whichever way it is counted.
    const [one, other] = [searchOf(exact), searchOf(found)]
    expect(other.templateWords).toBe(one.templateWords)
    expect(other.templateWords).toBeGreaterThan(25 * examples.length)
    expect(found.metrics['templates']).toEqual(exact.metrics['templates'])
  })

  it('do not depend on the order of the rows, nor on how they are cut', async () => {
    const examples = families(62, [0.05, 0.2], 20).map((example, i) => ({
      ...example,
      columns: { id: `${i}` },
    }))
    const random = randomOf(63)
    const shuffled = examples.map((example) => [random(), example] as const).sort((a, b) => a[0] - b[0])
    const ids = ({ findings }: MemoryRun): unknown =>
      findings.map(({ rule, place, score, evidence }) => [
        ...[rule, place.kind === 'pair' ? [place.a.exampleId, place.b.exampleId] : 0, score, evidence],
      ])
    const one = await byMinhash(examples)
    const two = await byMinhash(
      shuffled.map(([, example]) => example),
      { batchRows: 7, sliceRows: 11 },
    )
    expect(one.findings.length).toBeGreaterThan(20)
    expect(ids(two)).toEqual(ids(one))
    expect(two.metrics).toEqual(one.metrics)
  })

  it.each([0, 1, 300, 1e6])('are aligned in blocks of as many words as fit: %i', async (joinWords) => {
    const examples = families(64, [0.05], 8)
    const [whole, blocks] = [await byMinhash(examples, {}, 1000), await byMinhash(examples, {}, joinWords)]
    expect(nearOf(blocks)).toEqual(nearOf(whole))
    expect(nearOf(whole).length).toBeGreaterThan(5)
  })

  it('come with the recall measured on a sample, and a word on what was not looked for', async () => {
    const random = randomOf(65)
    const [question, reply] = [prose(random, 30), prose(random, 60)]
    // One crowd: half of its words hold many of its pairs.
    const examples = Array.from({ length: 40 }, () =>
      chat(edited(random, question, 0.03), edited(random, reply, 0.03)),
    )
    const found = await byMinhash(examples, {}, 3000)
    const { minhash, recall } = searchOf(found)
    expect(minhash!.near).toBeGreaterThan(300)
    expect(minhash!.candidates).toBeGreaterThanOrEqual(minhash!.near)
    expect(recall!.views).toBeGreaterThan(10)
    expect(recall!.views).toBeLessThan(20)
    expect(recall!.near).toBeGreaterThan(40)
    expect(recall!.found).toBeLessThanOrEqual(recall!.near)
    expect(recall!.found).toBeGreaterThan(0.8 * recall!.near)
    expect(found.notChecked.map(({ what }) => what)).toEqual(['shared passages'])
  })

  it('of a crowd hang together though not every pair is looked at', async () => {
    const random = randomOf(66)
    const [question, reply] = [prose(random, 40), prose(random, 60)]
    const examples = Array.from({ length: 150 }, () =>
      chat(edited(random, question, 0.02), edited(random, reply, 0.02)),
    )
    const found = await byMinhash(examples)
    const { minhash } = searchOf(found)
    expect(minhash!.crowds).toBeGreaterThan(0)
    expect(minhash!.candidates).toBeLessThan((150 * 149) / 2)
    const level = (found.metrics['levels'] as Record<string, JsonObject>)['near-duplicate']!
    expect(level['removable']).toBeGreaterThan(140)
  })

  it('are none in a corpus of empty rows', async () => {
    const found = await byMinhash([chat('', ''), chat('a', ''), chat('', 'b'), chat('a b', 'c d')], {}, 1)
    expect(nearOf(found)).toEqual([])
  })
})
