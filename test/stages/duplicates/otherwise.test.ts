import { describe, expect, it } from 'vitest'
import { chat } from '../../support/corpus.ts'
import type { MemoryExample, MemoryRun } from '../../support/corpus.ts'
import { pick, randomOf } from '../../support/random.ts'
import { VOCABULARY, edited, pairs, prose, run } from './near-run.ts'

function effective({ metrics }: MemoryRun): number {
  return (metrics['effective'] as { examples: number }).examples
}

const figures = ({ metrics }: MemoryRun) =>
  (metrics['levels'] as Record<string, Record<string, unknown>>)['near-duplicate']!

describe('one text with several questions', () => {
  it('is a shared passage, not a near-duplicate: neither repeats the other', async () => {
    const random = randomOf(71)
    const examples = Array.from({ length: 40 }, () => prose(random, 130)).flatMap((context) =>
      Array.from({ length: 5 }, () =>
        chat(
          `Read this. ${context}. Question: ${prose(random, 7)}?`,
          prose(random, pick(random, [1, 3, 12])),
        ),
      ),
    )
    const result = await run(examples)
    expect(pairs(result.findings, 'near-duplicate')).toEqual([])
    expect(effective(result)).toBe(examples.length)
    expect(figures(result)['answeredOtherwise']).toBe(40 * 10)
    const passages = pairs(result.findings, 'shared-passage')
    expect(passages.length).toBeGreaterThanOrEqual(40 * 4)
    for (const pair of passages) {
      const [a, b] = pair.split('-').map(Number) as [number, number]
      expect(Math.floor(a / 5)).toBe(Math.floor(b / 5))
    }
  })

  it('holds for a long instruction in fewer rows than make a template', async () => {
    const random = randomOf(72)
    const instruction = prose(random, 100)
    const examples = Array.from({ length: 20 }, () =>
      chat(`${instruction}. ${prose(random, 12)}`, prose(random, 15)),
    )
    const result = await run(examples)
    expect(pairs(result.findings, 'near-duplicate')).toEqual([])
    expect(effective(result)).toBe(20)
  })
})

describe('near-duplicates stay what they are', () => {
  const near = async (examples: MemoryExample[]) => pairs((await run(examples)).findings, 'near-duplicate')

  it('with edits everywhere, in the question and in a long answer too', async () => {
    const random = randomOf(73)
    const copies = Array.from({ length: 20 }, () => {
      const [context, question, answer] = [prose(random, 80), prose(random, 10), prose(random, 30)]
      return [0, 0.1].map((rate) =>
        chat(
          `${edited(random, context, rate)}. ${edited(random, question, rate)}?`,
          edited(random, answer, rate),
        ),
      )
    })
    expect(await near(copies.flat())).toEqual(copies.map((_, i) => `${2 * i}-${2 * i + 1}`).sort())
  })

  it('where a short answer is another word and the question is the same but for a word', async () => {
    const random = randomOf(74)
    const copies = Array.from({ length: 20 }, () => {
      const context = prose(random, 90)
      const question = prose(random, 9).split(' ')
      const other = question.map((word, i) => (i === 4 ? pick(random, VOCABULARY) : word))
      return [question, other].map((words) =>
        chat(`${context}. ${words.join(' ')}?`, pick(random, VOCABULARY)),
      )
    })
    expect(await near(copies.flat())).toHaveLength(20)
  })

  it('where one of the two has no answer', async () => {
    const random = randomOf(75)
    const text = `${prose(random, 60)}. ${prose(random, 40)}`
    expect(await near([chat(`${text} end`, ''), chat(text, prose(random, 10))])).toEqual(['0-1'])
  })
})

describe('near prompts whose answers name different options', () => {
  const options = (random: () => number) =>
    ['A', 'B', 'C', 'D'].map((l) => `${l}. ${prose(random, 3)}`).join('\n')

  it('are no near-duplicates, and somebody should look', async () => {
    const random = randomOf(76)
    const rows = Array.from({ length: 10 }, () => {
      const [stem, list] = [prose(random, 40), options(random)]
      const other = stem.replace(/ \w+ (\w+)$/, (_, last: string) => ` ${pick(random, VOCABULARY)} ${last}`)
      return [chat(`${stem}?\n${list}`, 'The answer is B.'), chat(`${other}?\n${list}`, 'Answer: C')]
    })
    const result = await run(rows.flat())
    expect(pairs(result.findings, 'near-duplicate')).toEqual([])
    expect(pairs(result.findings, 'minimal-difference')).toHaveLength(10)
    for (const { severity, evidence, message } of result.findings) {
      expect([severity, evidence['meaning']]).toEqual(['medium', ['answer']])
      expect(message).toMatch(/^The answers name different options/)
    }
    expect(effective(result)).toBe(20)
  })

  it('but not where the letters name the same option in another order, or the same letter', async () => {
    const random = randomOf(77)
    const rows = Array.from({ length: 10 }, () => {
      const [stem, texts] = [prose(random, 40), Array.from({ length: 4 }, () => prose(random, 3))]
      const other = edited(random, stem, 0.05)
      const listed = (order: number[]) => order.map((i, at) => `${'ABCD'[at]}. ${texts[i]}`).join('\n')
      return [
        chat(`${stem}?\n${listed([0, 1, 2, 3])}`, 'Answer: B'),
        chat(`${other} now?\n${listed([1, 0, 2, 3])}`, 'Answer: A'),
        chat(`${other} then?\n${listed([0, 1, 2, 3])}`, 'B'),
      ]
    })
    const result = await run(rows.flat())
    expect(result.findings.filter(({ evidence }) => String(evidence['meaning']).includes('answer'))).toEqual(
      [],
    )
    expect(effective(result)).toBe(10)
  })
})
