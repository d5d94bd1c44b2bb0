import { describe, expect, it } from 'vitest'
import { chat } from '../../support/corpus.ts'
import type { MemoryExample, MemoryRun } from '../../support/corpus.ts'
import { pick, randomOf } from '../../support/random.ts'
import { edited, pairs, prose, run } from './near-run.ts'

interface NearFigures {
  groups: number
  removable: number
  minimalDifferences: number
  heldByTemplates: number
  clusters: { count: number; largest: number }
}

function near({ metrics }: MemoryRun): NearFigures {
  return (metrics['levels'] as unknown as Record<string, NearFigures>)['near-duplicate']!
}

function effective({ metrics }: MemoryRun): number {
  return (metrics['effective'] as { examples: number }).examples
}

/** `rows` unrelated rows of one long template, whose own words are stock phrases, and 20 near pairs among them. */
function oneTemplate(rows: number): { examples: MemoryExample[]; expected: string[] } {
  const random = randomOf(91)
  const template = prose(random, 180)
  const bank = Array.from({ length: 40 }, () => prose(random, 5))
  const phrases = (n: number): string => Array.from({ length: n }, () => pick(random, bank)).join(' ')
  const examples = Array.from({ length: rows }, () => chat(`${template} ${phrases(3)}`, phrases(3)))
  const expected: string[] = []
  for (let i = 0; i < 20; i++) {
    const [question, answer] = [phrases(5), phrases(4)]
    examples.push(chat(`${template} ${question}`, answer))
    examples.push(chat(`${template} ${edited(random, question, 0.05)} end`, edited(random, answer, 0.05)))
    expected.push(`${examples.length - 2}-${examples.length - 1}`)
  }
  return { examples, expected: expected.sort() }
}

describe('crowds of near views', () => {
  it.each([{}, { joinWords: 0 }])('do not hide the near pairs among rows of one template: %o', async (o) => {
    const { examples, expected } = oneTemplate(100)
    const result = await run(examples, {}, o)
    expect(pairs(result.findings, 'near-duplicate')).toEqual(expected)
    expect(effective(result)).toBe(examples.length - 20)
  })

  it('do not hide what differs only in a dose', async () => {
    const random = randomOf(92)
    const text = prose(random, 90)
    const words = text.split(' ')
    const examples = Array.from({ length: 10 }, (_, i) => {
      const other = words.map((word, at) => (at === 7 * i + 3 ? `other${'abcdefghij'[i]}x` : word)).join(' ')
      return ['5 mg', '10 mg'].map((dose) => chat(`${other} give ${dose} daily`, `${text.slice(0, 150)} end`))
    }).flat()
    const result = await run(examples)
    expect(near(result).clusters).toMatchObject({ count: 1, largest: 20 })
    expect(near(result).minimalDifferences).toBe(10)
    expect(pairs(result.findings, 'minimal-difference')).toHaveLength(10)
  })
})

describe('a template', () => {
  it('counts the conversations it stands in with more shared words behind it', async () => {
    const random = randomOf(95)
    const [template, more] = [prose(random, 20), prose(random, 10)]
    const examples = Array.from({ length: 60 }, (_, i) =>
      chat(`${template} ${i < 30 ? more : ''} ${prose(random, 40)}`, prose(random, 30)),
    )
    const { findings } = await run(examples)
    const counts = findings
      .filter(({ rule }) => rule === 'duplicates/template')
      .map(({ evidence }) => [evidence['words'], evidence['conversations']])
    expect(counts).toContainEqual([20, 60])
    expect(counts).toContainEqual([30, 30])
  })
})

describe('long texts', () => {
  it('are near-duplicates however many words are exchanged, and nothing is said of templates', async () => {
    const random = randomOf(94)
    const words = prose(random, 11_000).split(' ')
    const other = words.map((word, i) => (i % 5 === 0 ? `${word}q` : word))
    const result = await run([
      chat('Tell it all.', words.join(' ')),
      chat('Tell it all, please.', other.join(' ')),
    ])
    expect(pairs(result.findings, 'near-duplicate')).toEqual(['0-1'])
    expect(near(result).heldByTemplates).toBe(0)
    expect(result.findings[0]!.score).toBeCloseTo(0.8, 2)
  })
})

describe('rows that contradict each other', () => {
  const random = randomOf(93)
  const stem = prose(random, 60)
  const options = '\nA. warfarin\nB. heparin\nC. insulin\nD. gentamicin'

  it.each([
    ['another letter', [chat(stem + options, 'Answer: A'), chat(stem + options, 'Answer: B')]],
    [
      'another option, the options in another order',
      [
        chat(stem + options, 'Answer: A'),
        chat(`${stem}\nA. heparin\nB. warfarin\nC. insulin\nD. gentamicin`, 'Answer: A'),
      ],
    ],
    ['another short answer', [chat(stem, 'Give fluids and wait'), chat(stem, 'Operate without any delay')]],
  ])('are no repeats: %s', async (_, examples) => {
    const result = await run(examples)
    expect(near(result)).toMatchObject({ groups: 0, removable: 0, clusters: { count: 0 } })
    expect(effective(result)).toBe(2)
    expect(result.findings.some(({ evidence }) => 'nearDuplicate' in evidence)).toBe(false)
  })

  it('both stay where a third row is near each of them', async () => {
    const third = `${stem} indeed${options}`
    const answered = [chat(stem + options, 'Answer: A'), chat(stem + options, 'Answer: B')]
    expect(effective(await run([...answered, chat(third, 'It depends.')]))).toBe(2)
    // A third answer contradicts them as they contradict each other.
    expect(effective(await run([...answered, chat(third, 'Answer: C')]))).toBe(3)
  })

  it('both stay where a third row is near each of them and their prompts differ', async () => {
    const other = stem.split(' ')
    other[9] = 'changedx'
    const [p, q] = [`${stem}${options}`, `${other.join(' ')}${options}`]
    const third = chat(`${stem} indeed${options}`, 'It depends.')
    expect(effective(await run([chat(p, 'Answer: A'), chat(q, 'Answer: A'), third]))).toBe(1)
    expect(effective(await run([chat(p, 'Answer: A'), chat(q, 'Answer: B'), third]))).toBe(2)
  })

  it('both stay where a third row is near each of them and a dose alone differs', async () => {
    const say = (dose: string, more = ''): MemoryExample => chat(`${stem} give ${dose} daily${more}`, stem)
    // Whichever of the three comes first.
    for (const more of ['to her for now', 'to all of us', 'with some tea', 'as we said', 'at her home']) {
      const result = await run([say('5 mg'), say('10 mg'), say('5 mg', ` ${more}`)])
      expect(pairs(result.findings, 'minimal-difference')).toEqual(['0-1'])
      expect(pairs(result.findings, 'near-duplicate').length).toBeGreaterThan(0)
      expect(effective(result)).toBe(2)
    }
  })

  it('both stay where the answer of a third row is made of both', async () => {
    const [one, two] = [prose(random, 20), prose(random, 20)]
    const half = (text: string, from: number): string =>
      text
        .split(' ')
        .slice(from, from + 12)
        .join(' ')
    const mixed = chat(`${stem} please`, `${half(one, 0)} ${half(two, 8)}`)
    const result = await run([chat(stem, one), chat(stem, two), mixed])
    expect(pairs(result.findings, 'near-duplicate')).toHaveLength(2)
    expect(effective(result)).toBe(2)
  })

  it('count none of them among the rows that could go', async () => {
    const removable = async (level: string, examples: MemoryExample[]): Promise<unknown> =>
      ((await run(examples)).metrics['levels'] as Record<string, { removable: number }>)[level]!.removable
    const [a, b] = [chat(stem + options, 'Answer: A'), chat(stem + options, 'Answer: B')]
    const long = chat(stem + options, 'Answer: A, for it is the only one that helps here')
    expect(await removable('same-prompt', [a, b])).toBe(0)
    expect(await removable('same-prompt', [a, long])).toBe(1)
    expect(await removable('same-prompt', [a, b, long])).toBe(1)
    const shuffled = `${stem}\nA. heparin\nB. warfarin\nC. insulin\nD. gentamicin`
    expect(await removable('options-shuffled', [a, chat(shuffled, 'Answer: A')])).toBe(0)
    expect(await removable('options-shuffled', [a, chat(shuffled, 'Answer: B')])).toBe(1)
  })

  it('are told apart from one answer in nearly the same words', async () => {
    const answer = prose(random, 40)
    const result = await run([chat(stem, answer), chat(stem, `${answer} indeed`)])
    expect(effective(result)).toBe(1)
  })
})
