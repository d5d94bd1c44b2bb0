import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { AuditError } from '../../../src/core/error.ts'
import type { Stage } from '../../../src/core/stage.ts'
import { contamination } from '../../../src/stages/contamination/stage.ts'
import { stageContract } from '../../contracts/stage-contract.ts'
import { chat, memoryRun } from '../../support/corpus.ts'
import type { MemoryShard } from '../../support/corpus.ts'
import { localResources } from './local-resources.ts'

/** A small invented benchmark. */
const ITEMS = [
  {
    id: 'ward-1',
    question:
      'A lighthouse keeper of 61 years reports three weeks of hoarse voice after shouting at gulls in heavy fog. Which examination should be arranged first?',
    options: {
      A: 'Laryngoscopy within two weeks',
      B: 'Barium swallow',
      C: 'Sleep study at home',
      D: 'No examination',
    },
    answer: 'A',
  },
  {
    id: 'ward-2',
    question: 'Which vitamin do ship biscuits lack?',
    options: { A: 'Ascorbic acid', B: 'Thiamine', C: 'Niacin', D: 'Folate' },
    answer: 'A',
  },
  {
    id: 'ward-3',
    question: 'What is the most likely diagnosis?',
    options: { A: 'Keel dermatitis', B: 'Rope burn', C: 'Tar acne', D: 'Salt ulcer' },
    answer: 'C',
  },
  {
    id: 'ward-4',
    question:
      'Does a weekly brass-polishing rota reduce wrist complaints among deck crews of coastal ferries?',
    options: { A: 'yes', B: 'no', C: 'maybe' },
    answer: 'B',
    context:
      'Forty ferries were allotted to a weekly brass-polishing rota or to usual work for one season. Wrist complaints were counted by the purser from the sick list. Crews on the rota reported complaints no less often than crews without it, and two pursers lost their lists overboard.',
  },
]

const folder = mkdtempSync(join(tmpdir(), 'assay-contamination-'))
writeFileSync(join(folder, 'ward.jsonl'), ITEMS.map((item) => JSON.stringify(item)).join('\n') + '\n')
writeFileSync(join(folder, 'broken.jsonl'), '{"id": 1}\n{"id": 2}\n')
afterAll(() => rmSync(folder, { recursive: true }))

const resources = localResources(folder)
const METHODS = [
  'assay',
  { 'swiss-ai': { tokenizer: 'o200k_base' } },
  'swiss-ai-fixed',
  'ngram-13',
  'ngram-8-coverage',
]
const create = () =>
  contamination.create({ benchmarks: [{ name: 'ward', file: 'ward.jsonl' }], methods: METHODS })

function prompt(item: (typeof ITEMS)[number]): string {
  const options = Object.entries(item.options as Record<string, string>)
  return `${item.question}\n${options.map(([label, text]) => `${label}. ${text}`).join('\n')}`
}

const [one, two, three, four] = ITEMS as [
  (typeof ITEMS)[number],
  (typeof ITEMS)[number],
  (typeof ITEMS)[number],
  (typeof ITEMS)[number],
]
const FILLER = [
  'How should a galley stove be cleaned after a storm?',
  'Let it cool, scrape the grate, wash it with warm water and dry it before it is lit again.',
] as const

/** The question of an item, cut before its last sentence. */
function cutQuestion({ question }: (typeof ITEMS)[number]): [told: string, asked: string] {
  const at = question.lastIndexOf('. ') + 1
  return [question.slice(0, at), question.slice(at + 1)]
}

const user = (text: string) => ({ role: 'user' as const, text })
const assistant = (text: string) => ({ role: 'assistant' as const, text })
const [told, asked] = cutQuestion(ITEMS[0]!)
const listed = prompt(ITEMS[0]!).slice(ITEMS[0]!.question.length)
const reply = assistant('A. Laryngoscopy within two weeks')

const shards: MemoryShard[] = [
  {
    component: 'a',
    path: 'a.parquet',
    examples: [
      chat(prompt(one), 'The correct answer is A. Laryngoscopy within two weeks.', { id: 'exact' }),
      chat(...FILLER, { id: 'clean' }),
      chat(
        one.question.replace('hoarse voice', 'a rough voice').replace('arranged first', 'booked first'),
        'Laryngoscopy within two weeks is what guidelines ask for.',
        { id: 'edited' },
      ),
      chat(
        `${one.question}\n(A) No examination\n(B) Sleep study at home\n(C) Barium swallow\n(D) Laryngoscopy within two weeks`,
        'D',
        { id: 'shuffled' },
      ),
      chat('Please quiz me.', `Here is one:\n\n${prompt(one)}\n\nAnswer: A.`, { id: 'answer-side' }),
      chat(two.question, 'They lack ascorbic acid.', { id: 'short-alone' }),
      {
        turns: [user(`Größe, „Case“ 🩺: ${told}`), assistant('Noted.'), user(`${asked}${listed}`), reply],
        columns: { id: 'two-turns' },
      },
      {
        turns: [{ role: 'system', text: `Patient file – ${told}` }, user(asked), reply],
        columns: { id: 'system-case' },
      },
    ],
  },
  {
    component: 'b',
    path: 'b.parquet',
    examples: [
      chat(
        `A cook has red hands after a week of scrubbing. What is the most likely diagnosis?\nA. Flour asthma\nB. Soap eczema\nC. Tennis elbow\nD. Boredom`,
        'B. Soap eczema.',
        { id: 'phrase' },
      ),
      chat(`Read this. ${four.context} What did the pursers lose?`, 'Their lists.', { id: 'passage' }),
      chat(one.question.replace('61 years', '34 years'), 'It depends.', { id: 'changed-number' }),
      chat(...FILLER, { id: 'clean-2' }),
      chat(prompt(three), 'C. Tar acne', { id: 'short-with-options' }),
      { turns: [user(`${asked}${listed}`), user(told), reply], columns: { id: 'instruction-and-input' } },
      {
        turns: [user(told), assistant('Noted.'), user(`Now, ${prompt(two)}`), assistant('A. Ascorbic acid')],
        columns: { id: 'case-and-other-item' },
      },
      { turns: [], unreadable: 'no-turns' },
    ],
  },
]

stageContract('contamination', { create: create as () => Stage<never>, shards, options: { resources } })

describe('verdicts of the assay method', () => {
  const expected: Record<string, string[]> = {
    exact: ['contamination/exact-match'],
    clean: [],
    edited: ['contamination/question-and-answer'],
    shuffled: ['contamination/options-shuffled'],
    'answer-side': ['contamination/answer-side'],
    'short-alone': ['contamination/question-and-answer'],
    phrase: [],
    passage: ['contamination/passage-only'],
    'changed-number': ['contamination/sibling-item'],
    'clean-2': [],
    'short-with-options': ['contamination/exact-match'],
    'two-turns': ['contamination/exact-match'],
    'system-case': ['contamination/question-and-answer'],
    'instruction-and-input': ['contamination/exact-match'],
    'case-and-other-item': ['contamination/exact-match', 'contamination/sibling-item'],
  }
  test.each(Object.entries(expected))('%s: %j', async (id, rules) => {
    const { findings } = await memoryRun(create() as unknown as Stage, shards, { resources })
    const mine = findings.filter(
      (finding) =>
        finding.method === 'assay' && finding.place.kind === 'row' && finding.place.exampleId === id,
    )
    expect(mine.map((finding) => finding.rule)).toEqual(rules)
  })

  test('every quotation is cut from the original text, and its marks are words of it', async () => {
    const { findings } = await memoryRun(create() as unknown as Stage, shards, {
      resources,
      evidence: 'full',
    })
    let [marks, several] = [0, 0]
    for (const finding of findings) {
      if (finding.place.kind !== 'row') continue
      const { component, row } = finding.place
      const example = shards.find((shard) => shard.component === component)?.examples[row]
      const texts = finding.evidence['texts'] as unknown as Quoted[]
      if (texts.filter(({ label }) => label === 'example').length > 1) several++
      for (const text of texts) {
        if (text.label === 'example') {
          const turn = example?.turns[text.turn]?.text as string
          expect(
            new TextDecoder().decode(new TextEncoder().encode(turn).subarray(text.start, text.end)),
          ).toBe(text.text)
        }
        for (const [from, to] of text.marks) {
          expect(text.text.slice(from, to).trim()).toBe(text.text.slice(from, to))
          expect(to).toBeGreaterThan(from)
          marks++
        }
      }
    }
    expect(marks).toBeGreaterThan(10)
    expect(several).toBe(3)
  })
})

interface Quoted {
  label: string
  turn: number
  start: number
  end: number
  text: string
  marks: [number, number][]
}

describe('benchmarks that cannot be used', () => {
  test('a local file without questions is an error that says so', async () => {
    const stage = contamination.create({ benchmarks: [{ name: 'broken', file: 'broken.jsonl' }] })
    await expect(memoryRun(stage as unknown as Stage, shards, { resources })).rejects.toMatchObject({
      code: 'BENCHMARK_INVALID',
    })
  })

  test('a missing local file is an error, an unreachable published set is not checked', async () => {
    const missing = contamination.create({ benchmarks: [{ name: 'gone', file: 'gone.jsonl' }] })
    await expect(memoryRun(missing as unknown as Stage, shards, { resources })).rejects.toMatchObject({
      code: 'BENCHMARK_INVALID',
    })
    const remote = contamination.create({
      benchmarks: ['medqa_test', 'moove', { name: 'ward', file: 'ward.jsonl' }],
    })
    const { notChecked, metrics } = await memoryRun(remote as unknown as Stage, shards, { resources })
    expect(notChecked.map((entry) => entry.what)).toEqual(['benchmark medqa_test', 'benchmark moove'])
    expect(Object.keys(metrics['benchmarks'] as object)).toEqual(['ward'])
  })

  test('an unknown name says which one is near', async () => {
    const stage = contamination.create({ benchmarks: ['medqa_tets'] })
    await expect(memoryRun(stage as unknown as Stage, shards, { resources })).rejects.toThrow(
      'did you mean "medqa_test"',
    )
  })

  test.each([
    [{}, 'a list of benchmark names'],
    [{ benchmarks: ['x'], method: ['assay'] }, 'did you mean "methods"'],
    [{ benchmarks: ['x'], methods: ['asay'] }, 'did you mean "assay"'],
    [{ benchmarks: ['x'], methods: [{ 'swiss-ai': { tokenizer: 7 } }] }, 'tokenizer'],
    [{ benchmarks: [{ name: 'x', promt: 'question' }] }, 'did you mean "prompt"'],
    [{ benchmarks: ['x', 'x'] }, 'twice'],
  ])('options %j are refused: %s', (options, message) => {
    expect(() => contamination.create(options)).toThrow(message)
    try {
      contamination.create(options)
    } catch (error) {
      expect((error as AuditError).code).toBe('PIPELINE_INVALID')
    }
  })
})

describe('a benchmark that can be read in part', () => {
  const { answer, ...rest } = ITEMS[0]!
  const rows = [
    ITEMS[0]!,
    { id: 'x', options: rest.options },
    { ...rest, id: 'y', question: ' ' },
    { ...rest, answer: 'Q' },
  ]
  writeFileSync(join(folder, 'part.jsonl'), rows.map((row) => JSON.stringify(row)).join('\n'))

  test('says how many items and answers were left out, and that these were not checked', async () => {
    const stage = contamination.create({
      benchmarks: [{ name: 'part', file: 'part.jsonl' }],
    }) as unknown as Stage
    const { metrics, notChecked } = await memoryRun(stage, shards, { resources })
    expect(answer).toBe('A')
    expect(metrics['benchmarks']).toMatchObject({
      part: {
        items: 2,
        unusable: { 'no question text': 1, 'empty question': 1 },
        answersUnresolved: { count: 1, forms: ['answer: Q'] },
      },
    })
    expect(notChecked).toMatchObject([
      {
        what: 'some items of the benchmark part',
        why: '2 of 4 items of part cannot be used: 1 × no question text, 1 × empty question',
      },
    ])
  })
})

describe('settings', () => {
  test('the published rule counts o200k_base tokens where no tokenizer is named', () => {
    const { options } = contamination.create({ benchmarks: ['x'], methods: ['swiss-ai'] })
    expect(options['methods']).toEqual([{ 'swiss-ai': { tokenizer: 'o200k_base' } }])
  })

  test('a mapped column that no row has is named, with those there are', async () => {
    const benchmark = { name: 'ward', file: 'ward.jsonl', fields: { answer: 'anwser' } }
    const stage = contamination.create({ benchmarks: [benchmark] }) as unknown as Stage
    await expect(memoryRun(stage, shards, { resources })).rejects.toMatchObject({
      code: 'BENCHMARK_INVALID',
      detail: { where: 'ward.jsonl', got: '"anwser"', fix: 'did you mean "answer"?' },
    })
  })
})

describe('items with the same question', () => {
  const copies = [
    { ...one, id: 'copy-1' },
    { ...two, id: 'copy-2' },
    { ...one, id: 'copy-3', options: { A: 'Cork', B: 'Tallow' } },
  ]
  writeFileSync(join(folder, 'copies.jsonl'), copies.map((item) => JSON.stringify(item)).join('\n'))

  test('are one finding of an n-gram rule, which names them all, and count in the figures of each benchmark', async () => {
    const stage = contamination.create({
      benchmarks: [
        { name: 'ward', file: 'ward.jsonl' },
        { name: 'copies', file: 'copies.jsonl' },
      ],
      methods: ['ngram-13', 'ngram-8-coverage'],
    }) as unknown as Stage
    const { findings, metrics } = await memoryRun(stage, shards, { resources })
    const of = (rule: string) => findings.filter(({ method }) => method === rule)
    for (const rule of ['ngram-13', 'ngram-8-coverage']) {
      const found = of(rule).filter(({ item }) => item === 'ward-1')
      expect(found.length).toBeGreaterThan(0)
      for (const { evidence } of found)
        expect(evidence['sameText']).toEqual(['copies/copy-1', 'copies/copy-3'])
      expect(of(rule).filter(({ benchmark }) => benchmark === 'copies')).toEqual([])
      expect(metrics).toMatchObject({
        benchmarks: {
          ward: { methods: { [rule]: { items: 1, rows: found.length } } },
          copies: {
            methods: { [rule]: { items: 2, rows: found.length } },
            census: { found: 2, notFound: 1 },
          },
        },
        methods: { [rule]: { rows: found.length, pairs: found.length } },
      })
    }
  })
})
