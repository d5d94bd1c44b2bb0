import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/core/json.ts'
import { TURN_FLAG } from '../../../src/core/example.ts'
import type { Stage } from '../../../src/core/stage.ts'
import { QUALITY } from '../../../src/stages/quality/stage.ts'
import { stageContract } from '../../contracts/stage-contract.ts'
import { layouts } from '../../../src/stages/quality/schema-facts.ts'
import { chat, memoryPlan, memoryRun } from '../../support/corpus.ts'
import type { MemoryExample, MemoryShard } from '../../support/corpus.ts'

const WHOLE =
  'The fever fell within two days. A second dose was not needed. The wound closed well and no scar was left behind.'
const question = (options: string[]): string =>
  ['Which organ is spared?', ...options.map((o, i) => `${'ABCDEFGHIJ'[i]}. ${o}`)].join('\n')
const mcq = (letter: string, n = 4): MemoryExample =>
  chat(question(['liver', 'spleen', 'retina', 'pleura', 'femur'].slice(0, n)), `The answer is ${letter}.`)

const ROWS: readonly MemoryExample[] = [
  chat('Why?', WHOLE),
  chat('Why?', ''),
  chat(' \n', 'Because.'),
  chat('What is it?', `${WHOLE} After the third week the patient was sent home with the`),
  chat('What is it?', `${WHOLE} After the third week the patient was sent home in good spirits`),
  chat('Caf\ufffd?', 'Yes.'),
  {
    turns: [
      { role: 'user', text: 'Caf\ufffd?', flags: TURN_FLAG.invalidUtf8 },
      { role: 'assistant', text: 'Yes.' },
    ],
  },
  chat('CafÃ©s and donâ€™ts', 'No.'),
  chat('Show code', '```ts\nlet a = 1\n'),
  chat('Show code', '```ts\nlet a = 1\n```'),
  {
    turns: [
      { role: 'user', text: 'Tell me about the fever again' },
      { role: 'assistant', text: 'x' },
      { role: 'user', text: 'Tell me about the fever again' },
      { role: 'assistant', text: 'y' },
    ],
  },
  { turns: [{ role: 'user', text: 'Nobody answers' }] },
  chat('Это другой язык', 'И ответ тоже'),
  { turns: [], unreadable: 'invalid-json' },
  {
    turns: [
      { role: 'system', text: 's' },
      { role: 'user', text: 'u' },
      { role: 'assistant', text: 'a' },
    ],
  },
  {
    turns: [
      { role: 'user', text: '', flags: TURN_FLAG.nullContent },
      { role: 'assistant', text: 'a' },
    ],
  },
]
const FILLER = Array.from({ length: 40 }, (_, i) => chat(`Question ${i}`, `${WHOLE} That was case ${i}.`))

const shards: readonly MemoryShard[] = [
  { component: 'one', path: 'data/one/a.parquet', examples: [...ROWS, ...FILLER] },
  {
    component: 'two',
    path: 'data/two/b.parquet',
    examples: [mcq('A'), mcq('B'), mcq('E', 5), mcq('E'), chat(question(['a', 'b', 'c']), 'I cannot say.')],
  },
]

const create = (): Stage<never> => QUALITY.create({})
stageContract('quality', { create, shards })

const run = (examples: readonly MemoryExample[]) =>
  memoryRun(create() as unknown as Stage, [{ component: 'c', path: 'p', examples }])
const part = (value: unknown, ...path: string[]): unknown =>
  path.reduce((at, key) => (at as JsonObject)[key], value)

describe('quality findings', () => {
  it('name each defect at its row, and nothing else', async () => {
    const { findings, metrics } = await run([...ROWS, ...FILLER])
    const rows = findings.flatMap(({ rule, place }) =>
      place.kind === 'row' ? [`${place.row} ${rule.slice(8)}`] : [],
    )
    expect(rows).toEqual([
      '1 empty-answer',
      '2 empty-turn',
      '3 truncated-answer',
      '4 truncated-answer',
      '5 damaged-text',
      '7 double-encoded',
      '8 open-code-fence',
      '10 repeated-turn',
    ])
    expect(findings.filter(({ place }) => place.kind === 'component').map(({ rule }) => rule)).toEqual([
      'quality/other-script',
      'quality/unanswered',
    ])
    expect(part(metrics, 'components', 'c', 'roleSequences')).toMatchObject({
      '(user > assistant) × 2': 1,
      user: 1,
      'system > user > assistant': 1,
    })
    expect(part(metrics, 'scripts', 'c')).toEqual({ Latin: 54, Cyrillic: 1 })
    expect(part(metrics, 'components', 'c', 'examples')).toBe(55)
    const cut = findings.find(({ place }) => place.kind === 'row' && place.row === 3)!
    expect(part(cut.evidence.texts, '0', 'text')).toMatch(/sent home with the$/)
  })

  it('an ending that is the habit of a component is no truncation', async () => {
    const habit = Array.from({ length: 30 }, (_, i) =>
      chat('q', `${WHOLE} The record number of this visit was kept in drawer ${'bcdefghijk'[i % 10]}`),
    )
    const { findings } = await run([...habit, ...FILLER])
    expect(findings).toEqual([])
  })

  it('many truncated answers of one length point to a limit', async () => {
    const cut = Array.from({ length: 8 }, (_, i) => chat('q', `${WHOLE} On day ${i} she left with the`))
    const { findings } = await run([...cut, ...FILLER])
    expect(findings.filter(({ rule }) => rule === 'quality/common-cut').length).toBe(1)
  })
})

describe('answer letters', () => {
  it('are counted against the options offered', async () => {
    const { metrics } = await memoryRun(create() as unknown as Stage, [shards[1]!])
    expect(part(metrics, 'answerLetters', 'two')).toEqual({ A: 1, B: 1, C: 0, D: 0, E: 1 })
    expect(part(metrics, 'answersExpected', 'two')).toEqual({ A: 0.7, B: 0.7, C: 0.7, D: 0.7, E: 0.2 })
    expect(part(metrics, 'components', 'two', 'questions')).toEqual({
      withOptions: 5,
      letterNotOffered: 1,
      withoutLetter: 1,
    })
  })

  it('a lean is a finding, balance is none', async () => {
    const letters = (shares: string): MemoryExample[] =>
      Array.from({ length: 400 }, (_, i) => mcq(shares[i % shares.length]!))
    expect((await run(letters('ABCD'))).findings).toEqual([])
    const { findings } = await run(letters('ABBBBCDB'))
    expect(findings.map(({ rule, place }) => [rule, place.kind])).toEqual([
      ['quality/answer-imbalance', 'component'],
    ])
    expect(findings[0]!.evidence).toMatchObject({ letter: 'B', answers: 400, largestDeviationRatio: 0.375 })
  })
})

describe('layouts of files', () => {
  it('are those of files that have columns', () => {
    const plan = memoryPlan([
      { component: 'a', path: 'a', examples: [] },
      { component: 'a', path: 'b', examples: [] },
      { component: 'b', path: 'c', examples: [] },
    ])
    const schemas = [[], [{ name: 'text', type: 'utf8', nullable: true }], []]
    const shards = plan.shards.map((shard, i) => ({ ...shard, schema: schemas[i]! }))
    expect([...layouts({ ...plan, shards })]).toEqual([['a', [{ columns: { text: 'utf8' }, paths: ['b'] }]]])
  })
})
