import { describe, expect, it } from 'vitest'
import { chat } from '../../support/corpus.ts'
import type { MemoryExample, MemoryRun } from '../../support/corpus.ts'
import { randomOf } from '../../support/random.ts'
import { edited, pairs, prose, run } from './near-run.ts'

type Random = () => number

/** Words of its own somewhere in a text, in the place of as many others or beside them. */
function own(random: Random, text: string, replaced = 0): string {
  const words = text.split(' ')
  words.splice(1 + Math.floor(random() * (words.length - 13)), replaced, prose(random, 12))
  return words.join(' ')
}

function effective({ metrics }: MemoryRun): number {
  return (metrics['effective'] as { examples: number }).examples
}

function others(random: Random, count: number): MemoryExample[] {
  return Array.from({ length: count }, () => chat(prose(random, 50), prose(random, 80)))
}

describe('many near copies of one example', () => {
  const forms: [string, (random: Random, question: string, answer: string) => MemoryExample][] = [
    ['own words in the prompt', (r, q, a) => chat(own(r, q), a)],
    ['own words in the answer', (r, q, a) => chat(edited(r, q, 0.02), own(r, a))],
    ['own words in both', (r, q, a) => chat(own(r, q), own(r, a))],
    ['own words for others in the answer', (r, q, a) => chat(q, own(r, a, 12))],
    ['one word in fourteen another', (r, q, a) => chat(edited(r, q, 0.07), edited(r, a, 0.07))],
    ['own words behind the answer to one prompt', (r, q, a) => chat(q, `${a} ${prose(r, 12)}`)],
  ]

  // Below and above the 25 conversations that make a text a template.
  it.each(forms.flatMap(([name, form]) => [24, 27, 60].map((count) => ({ name, count, form }))))(
    'are one example, each with $name: $count',
    async ({ count, form }) => {
      const random = randomOf(71)
      const [question, answer] = [prose(random, 60), prose(random, 100)]
      const copies = Array.from({ length: count }, () => form(random, question, answer))
      const result = await run([...copies, ...others(random, 40)])
      expect(effective(result)).toBe(41)
      const found = [...pairs(result.findings, 'near-duplicate'), ...pairs(result.findings, 'same-prompt')]
      expect(found.length).toBeGreaterThanOrEqual(count - 1)
    },
  )

  it('are one example under an instruction that other rows share', async () => {
    const random = randomOf(72)
    const [header, question, answer] = [prose(random, 40), prose(random, 60), prose(random, 100)]
    const copies = Array.from({ length: 40 }, () => chat(`${header} ${own(random, question)}`, answer))
    const rows = Array.from({ length: 40 }, () => chat(`${header} ${prose(random, 12)}`, prose(random, 12)))
    const result = await run([...copies, ...rows])
    expect(effective(result)).toBe(41)
  })

  it('are the same for rows in another order and cut otherwise', async () => {
    const random = randomOf(73)
    const [question, answer] = [prose(random, 60), prose(random, 100)]
    const rows = [
      ...Array.from({ length: 35 }, () => chat(own(random, question, 6), own(random, answer))),
      ...others(random, 20),
    ].map((example, i) => ({ ...example, columns: { id: `row ${i}` } }))
    const mixed = rows.map((row) => [random(), row] as const).sort((a, b) => a[0] - b[0])
    const [one, two] = [
      await run(rows),
      await run(
        mixed.map(([, row]) => row),
        { batchRows: 5, sliceRows: 9 },
      ),
    ]
    expect(two.metrics).toEqual(one.metrics)
    expect(effective(one)).toBeLessThan(23)
  })
})

describe('text beside different content stays a template', () => {
  const random = randomOf(74)
  const [header, closing, stock] = [prose(random, 120), prose(random, 30), prose(random, 20)]
  const optional = prose(random, 20)
  const input = (): string => prose(random, 12)

  it.each<[string, (i: number) => MemoryExample]>([
    ['an instruction before the question', () => chat(`${header} ${input()}`, input())],
    ['an instruction and a stock answer', () => chat(`${header} ${input()}`, stock)],
    ['an instruction behind the question', () => chat(`${input()} ${header}`, stock)],
    ['a question between instructions', () => chat(`${header} ${input()} ${closing}`, stock)],
    [
      'an instruction half of the rows have more of',
      (i) => chat(`${header} ${i % 2 === 0 ? `${optional} ` : ''}${input()}`, stock),
    ],
    [
      'questions that mostly begin and end alike',
      (i) =>
        chat(
          i % 4 === 0 ? `${header} ${input()} ${closing}` : `${header} what are ${input()} please ${closing}`,
          stock,
        ),
    ],
    ['two places to fill in', () => chat(`${header} ${input()} ${closing} ${input()}`, stock)],
    [
      'a closing behind different answers',
      () => chat(`${prose(random, 30)} ${closing}`, `${input()} ${header}`),
    ],
    [
      'one passage with different questions',
      () => chat(`${header} ${closing} ${prose(random, 14)}`, prose(random, 10)),
    ],
  ])('%s', async (_, row) => {
    const result = await run([...Array.from({ length: 80 }, (_, i) => row(i)), ...others(random, 20)])
    expect(pairs(result.findings, 'near-duplicate')).toEqual([])
    expect(effective(result)).toBe(100)
    expect(result.findings.some(({ rule }) => rule === 'duplicates/template')).toBe(true)
  })
})
