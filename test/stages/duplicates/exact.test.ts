import { describe, expect, it } from 'vitest'
import type { Finding } from '../../../src/core/finding.ts'
import type { Stage } from '../../../src/core/stage.ts'
import { holds } from '../../../src/stages/duplicates/proof.ts'
import { DUPLICATES } from '../../../src/stages/duplicates/stage.ts'
import { stageContract } from '../../contracts/stage-contract.ts'
import { chat, memoryRun } from '../../support/corpus.ts'
import type { MemoryExample, MemoryRun } from '../../support/corpus.ts'

const create = (): Stage<never> => DUPLICATES.create({})

function run(examples: readonly MemoryExample[]): Promise<MemoryRun> {
  const named = examples.map((example, i) => ({
    ...example,
    columns: { id: `row-${i}`, ...example.columns },
  }))
  return memoryRun(create() as unknown as Stage, [{ component: 'c', path: 'c.parquet', examples: named }])
}

function pairs(findings: readonly Finding[]): string[] {
  return findings
    .map(({ rule, place }) => {
      if (place.kind !== 'pair') return `${rule} ${place.kind}`
      return `${rule.replace('duplicates/', '')} ${[place.a.row, place.b.row].sort((a, b) => a - b).join('-')}`
    })
    .sort()
}

const question = 'A sailor has bleeding gums and poor wound healing. Which vitamin is missing?'
const options = ['A. Retinol', 'B. Ascorbic acid', 'C. Folate', 'D. Cobalamin'].join('\n')
const shuffledOptions = ['A. Cobalamin', 'B. Retinol', 'C. Ascorbic acid.', 'D. Folate'].join('\n')

const corpus: MemoryExample[] = [
  chat('What is a normal pulse at rest?', 'Between 60 and 100 beats a minute.', { id: 'same', source: 's' }),
  chat('What is a normal pulse at rest?', 'Between 60 and 100 beats a minute.', { id: 'same', source: 's' }),
  chat('What is a normal pulse at rest?', 'Between 60 and 100 beats a minute.', { id: 'other', source: 't' }),
  chat('what is a  NORMAL pulse\u00a0at rest?', 'Between ６０ and 100 beats a minute', { id: 'variant' }),
  chat('What is a normal pulse at rest?', 'It depends on age and fitness.', { id: 'answer' }),
  chat(`${question}\n\n${options}`, 'Answer: B. Ascorbic acid', { id: 'mcq-1' }),
  chat(`${question}\n\n${shuffledOptions}`, 'Answer: C. Ascorbic acid', { id: 'mcq-2' }),
  chat(`${question}\n\n${options}`, 'Answer: D. Cobalamin', { id: 'mcq-3' }),
  chat('', '', { id: 'empty-1' }),
  chat('', '', { id: 'empty-2' }),
  { turns: [], unreadable: 'null-conversation', columns: { id: 'none-1' } },
  { turns: [], unreadable: 'null-conversation', columns: { id: 'none-2' } },
]

stageContract('duplicates', {
  create,
  shards: [
    { component: 'a', path: 'a.parquet', examples: corpus },
    { component: 'b', path: 'b.parquet', examples: corpus.slice(2, 7) },
  ],
})

describe('turns that hold more than is read of them', () => {
  const asked = (name: string, url: string, answer = 'Left.'): MemoryExample => ({
    turns: [
      {
        ...{ role: 'user', text: 'Which lung is it?' },
        unread: { '"name"': name, '"content.image_url"': url },
      },
      { role: 'assistant', text: answer },
    ],
  })

  it('are not said to be equal byte for byte where that differs', async () => {
    const examples = [asked('Ann', 'a'), asked('Ann', 'b'), asked('Ann', 'a')]
    const { findings } = await memoryRun(create() as unknown as Stage, [
      { component: 'c', path: 'c.parquet', examples },
    ])
    expect(pairs(findings)).toEqual(['conversation-exact 0-1', 'conversation-exact 1-2', 'record-exact 0-2'])
    for (const { rule, message, evidence } of findings) {
      if (rule !== 'duplicates/conversation-exact') continue
      expect(message).toBe(
        'Roles and texts of the turns are equal, byte for byte; what was not read of them differs: "content.image_url"',
      )
      expect(evidence).toMatchObject({
        differingColumns: [],
        differingTurnFields: ['"content.image_url"'],
      })
    }
  })

  it('are told apart after normalisation too, and hashes alone do not show names of the corpus', async () => {
    const examples = [asked('Ann', 'a'), asked('Bob', 'a', 'LEFT.')]
    examples[1]!.turns[0]!.unread = { '"secret"': '1', '"content.image_url"': 'a' }
    const shard = { component: 'c', path: 'c.parquet', examples }
    const { findings } = await memoryRun(create() as unknown as Stage, [shard], { evidence: 'hash' })
    expect(findings.map(({ rule, message }) => [rule, message])).toEqual([
      [
        'duplicates/normalised-exact',
        'The turns are equal after normalisation; what was not read of them differs: "name", (another)',
      ],
    ])
  })
})

describe('levels of equality', () => {
  it('lists each pair once, under its strongest level', async () => {
    const { findings, metrics } = await run(corpus)
    expect(pairs(findings)).toEqual([
      'conversation-exact 0-2',
      'conversation-exact 1-2',
      'conversation-exact 8-9',
      'normalised-exact 0-3',
      'normalised-exact 1-3',
      'normalised-exact 2-3',
      'options-shuffled 5-6',
      'options-shuffled 6-7',
      'record-exact 0-1',
      'same-prompt 0-4',
      'same-prompt 1-4',
      'same-prompt 2-4',
      'same-prompt 3-4',
      'same-prompt 5-7',
    ])
    expect(metrics['refutedPairs']).toBe(0)
  })

  it('calls no unreadable row a duplicate, however alike the records are', async () => {
    const broken: MemoryExample = { turns: [], unreadable: 'invalid-json' }
    const { findings } = await run([broken, broken, broken, chat('Is it read?', 'Yes'), broken])
    expect(pairs(findings)).toEqual([])
  })

  it('says whether answers conflict: by letter for one prompt, by text for shuffled options', async () => {
    const { findings } = await run(corpus)
    const outcome = (rule: string, a: number, b: number): unknown =>
      findings.find((f) => f.rule === `duplicates/${rule}` && pairs([f])[0]!.endsWith(` ${a}-${b}`))
        ?.evidence['outcome']
    expect(outcome('same-prompt', 5, 7)).toBe('conflicting-letter')
    expect(outcome('same-prompt', 0, 4)).toBe('different-text')
    expect(outcome('options-shuffled', 5, 6)).toBe('same-answer')
    expect(outcome('options-shuffled', 6, 7)).toBe('conflicting-answer')
  })

  it('never calls equal what differs in meaning', async () => {
    const { findings } = await run([
      chat('Give 1.5 mg now', 'Yes'),
      chat('Give 15 mg now', 'Yes'),
      chat('Growth of 10⁻³ a day', 'Yes'),
      chat('Growth of 10-3 a day', 'Yes'),
      chat('Potassium < 5', 'Yes'),
      chat('Potassium > 5', 'Yes'),
    ])
    expect(pairs(findings).filter((pair) => /exact|prompt/.test(pair))).toEqual([])
  })

  it('ignores system turns in the normalised view and says so', async () => {
    const turns = chat('Is rest enough?', 'Mostly.').turns
    const { findings } = await run([
      { turns: [{ role: 'system', text: 'Be brief.' }, ...turns] },
      { turns: [{ role: 'system', text: 'Be kind.' }, ...turns] },
    ])
    expect(pairs(findings)).toEqual(['normalised-exact 0-1'])
    expect(findings[0]!.evidence['systemEqual']).toBe(false)
  })

  it('tells the same turns in other roles apart', async () => {
    const { findings } = await run([
      {
        turns: [
          { role: 'user', text: 'one two' },
          { role: 'assistant', text: 'three' },
        ],
      },
      {
        turns: [
          { role: 'assistant', text: 'one two' },
          { role: 'user', text: 'three' },
        ],
      },
      {
        turns: [
          { role: 'user', text: 'one' },
          { role: 'assistant', text: 'two three' },
        ],
      },
    ])
    expect(findings).toEqual([])
  })

  it('lists a star around one representative for 60 copies, whatever their order', async () => {
    const copies = Array.from({ length: 60 }, (_, i) =>
      chat('Same question again?', 'Same answer.', { id: `copy-${i}` }),
    )
    const forward = await run(copies)
    const backward = await run([...copies].reverse())
    expect(forward.findings).toHaveLength(59)
    const first = (result: MemoryRun): Set<string> =>
      new Set(result.findings.map(({ place }) => (place.kind === 'pair' ? place.a.exampleId! : '')))
    expect(first(forward).size).toBe(1)
    expect(first(forward)).toEqual(first(backward))
    const level = (forward.metrics['levels'] as Record<string, unknown>)['conversation-exact']
    expect(level).toMatchObject({ groups: 1, rows: 60, removable: 59, sizes: [[60, 1]] })
  })

  it('lists a pair for every two letters a large group is answered with', async () => {
    const unsure = Array.from({ length: 9 }, (_, i) =>
      chat(`${question}\n${options}`, `It depends, as always, on the sailor and on day ${i} of the voyage.`),
    )
    const sure = ['A', 'B', 'B'].map((letter) =>
      chat(`${question}\n${options}`, `Answer: ${letter}. The voyage took ${letter.repeat(3)} days.`),
    )
    // Distinct answers, so that nothing but the letter is repeated.
    sure.push(chat(`${question}\n${options}`, 'Answer: C, says the cook.'))
    const { findings } = await run([...unsure, ...sure])
    const prompts = findings.filter(({ rule }) => rule === 'duplicates/same-prompt')
    const conflicts = prompts.filter(({ evidence }) => evidence['outcome'] === 'conflicting-letter')
    const letters = conflicts.map(({ evidence }) =>
      Object.values(evidence['answers'] as object)
        .sort()
        .join(''),
    )
    expect([...new Set(letters)].sort()).toEqual(['AB', 'AC', 'BC'])
    expect(prompts.length).toBeLessThanOrEqual(11 + 3)
    // No pair twice.
    expect(new Set(pairs(prompts)).size).toBe(prompts.length)
  })

  it('lists a conflict between shuffled copies of which one order has many answers', async () => {
    const unsure = Array.from({ length: 9 }, (_, i) =>
      chat(`${question}\n${options}`, `It depends, as always, on the sailor and on day ${i} of the voyage.`),
    )
    const { findings } = await run([
      ...unsure,
      chat(`${question}\n${options}`, 'Answer: B. Ascorbic acid'),
      chat(`${question}\n${shuffledOptions}`, 'Answer: D. Folate'),
    ])
    const outcomes = findings
      .filter(({ rule }) => rule === 'duplicates/options-shuffled')
      .map(({ evidence }) => evidence['outcome'])
    expect(outcomes).toContain('conflicting-answer')
  })

  it('lists the same pairs of rows without ids in whatever order they stand', async () => {
    const row = (source: string): MemoryExample => ({
      ...chat('What is a normal pulse at rest?', 'Between 60 and 100 beats a minute.'),
      columns: { source },
    })
    const [x, y] = [row('x'), row('y')]
    const count = async (examples: readonly MemoryExample[]): Promise<Record<string, number>> => {
      const shards = [{ component: 'c', path: 'c.parquet', examples }]
      const { findings } = await memoryRun(create() as unknown as Stage, shards, { evidence: 'full' })
      const counts: Record<string, number> = {}
      for (const { rule, evidence } of findings) {
        // What stands on which side depends on the records alone.
        const key = `${rule} ${JSON.stringify(evidence['texts'])}`
        counts[key] = (counts[key] ?? 0) + 1
      }
      return counts
    }
    const six = Array.from({ length: 6 })
    const apart = await count([...six.map(() => x), ...six.map(() => y)])
    const mixed = await count(six.flatMap(() => [x, y]))
    expect(mixed).toEqual(apart)
    expect(Object.entries(apart).filter(([key]) => key.includes('conversation-exact'))).toHaveLength(1)
    expect(Object.values(apart).reduce((sum, n) => sum + n, 0)).toBe(15 + 15 + 1)
  })

  it('sets reasoning apart from the answer', async () => {
    const { findings } = await run([
      chat('Why?', '<think>first thought</think>Because of rest.'),
      chat('Why?', '<think>quite another</think>Because of rest.'),
    ])
    expect(findings.map((f) => f.evidence['outcome'])).toEqual(['same-answer'])
  })

  it('quotes no text at the hash level of evidence', async () => {
    const shards = [{ component: 'c', path: 'c.parquet', examples: corpus }]
    const { findings } = await memoryRun(create() as unknown as Stage, shards, { evidence: 'hash' })
    expect(JSON.stringify(findings)).not.toMatch(/pulse|vitamin/)
  })
})

describe('equal records', () => {
  const example = (columns: Record<string, string | null>) => ({
    ...{ shard: 0, row: 0, exampleId: null, columns },
    turns: [{ role: 'user' as const, text: Buffer.from('What is a fever?') }],
  })

  it('are equal whether a column is null or not there', () => {
    expect(holds('record-exact', example({ id: 'a', note: null }), example({ id: 'a' }))).toBe(true)
    expect(holds('record-exact', example({ id: 'a', note: 'x' }), example({ id: 'a' }))).toBe(false)
  })
})

describe('the prompt key', () => {
  it('is that of the prompts alone, wherever the answers stand between them', async () => {
    const row = (...answers: readonly (string | null)[]): MemoryExample => ({
      turns: ['My knee hurts.', 'Since Monday.'].flatMap((text, i) => {
        const answer = answers[i] ?? null
        const prompt = { role: 'user' as const, text }
        return answer === null ? [prompt] : [prompt, { role: 'assistant' as const, text: answer }]
      }),
      columns: {},
    })
    const { findings } = await run([
      row(null, 'Rest it for a week and put ice on it.'),
      row('Since when does it hurt, and did you fall?', 'Then see a doctor today.'),
      row('Which one of them?', null),
    ])
    expect(pairs(findings).filter((pair) => pair.startsWith('same-prompt'))).toEqual([
      'same-prompt 0-1',
      'same-prompt 0-2',
      'same-prompt 1-2',
    ])
  })
})
