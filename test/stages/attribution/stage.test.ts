import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/core/json.ts'
import { AuditError } from '../../../src/core/error.ts'
import { attribution } from '../../../src/stages/attribution/stage.ts'
import type { Stage } from '../../../src/core/stage.ts'
import { stageContract } from '../../contracts/stage-contract.ts'
import { chat, memoryRun } from '../../support/corpus.ts'
import type { MemoryShard } from '../../support/corpus.ts'
import { question, upstreamSets } from './upstream-sets.ts'

const MEDQA = 'GBaker/MedQA-USMLE-4-options-hf'
const MEDMCQA = 'openlifescienceai/medmcqa'
const items = (column: string, numbers: readonly number[], seed: string): JsonObject[] =>
  numbers.map((number) => ({ id: `i${number}`, [column]: question(number, seed) }))
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i)

const resources = upstreamSets({
  [`${MEDQA}/train`]: items('sent1', range(0, 30), 'usmle'),
  [`${MEDQA}/validation`]: items('sent1', range(30, 40), 'usmle'),
  [`${MEDQA}/test`]: items('sent1', range(40, 60), 'usmle'),
  [`${MEDMCQA}/train`]: [
    ...items('question', range(0, 30), 'entrance'),
    { id: 's', question: 'Which nerve is it?' },
  ],
  [`${MEDMCQA}/validation`]: items('question', range(30, 40), 'entrance'),
  [`${MEDMCQA}/test`]: items('question', range(40, 50), 'entrance'),
})

const row = (text: string, source: string | null, id: number) =>
  chat(text, 'Because.', { source, id: `r${id}` })
const SHARDS: MemoryShard[] = [
  {
    component: 'curated',
    path: 'data/curated/a.jsonl',
    examples: [
      row(`Question: ${question(3, 'usmle')}\nA. one\nB. two`, 'MedQA', 0),
      row(question(41, 'usmle').toUpperCase(), 'medqa_test', 1),
      row(question(5, 'entrance'), 'MedQA', 2),
      row(question(6, 'entrance'), null, 3),
      row('Nothing anyone has asked before in any of these sets at all', null, 4),
      row('which nerve is it', 'med-mcqa', 5),
      row(question(33, 'entrance'), 'medmcqa', 6),
    ],
  },
  {
    component: 'other',
    path: 'data/other/a.jsonl',
    examples: [
      row('Please tell me, which nerve is it?', 'Somewhere', 0),
      row(question(42, 'usmle'), null, 1),
    ],
  },
]

const SOURCES: JsonObject = { sources: ['MedQA', 'medmcqa'] }
const make = (options: JsonObject) => attribution.create(options) as unknown as Stage
const run = (shards: readonly MemoryShard[], options = SOURCES) =>
  memoryRun(make(options), shards, { resources })
type Columns = Record<string, { distinct: number; components: Record<string, JsonObject> }>
type Sources = Record<string, { components: Record<string, JsonObject> }>

stageContract('attribution', {
  create: () => attribution.create(SOURCES),
  shards: SHARDS,
  options: { resources },
})

describe('attribution', () => {
  it('verifies, contradicts and finds sources, and says which split a row is of', async () => {
    const { findings, metrics } = await run(SHARDS)
    const places = findings.map(({ rule, place }) => [
      rule,
      place.kind === 'row' && `${place.component}:${place.row}`,
    ])
    expect(places).toEqual([
      ['attribution/test-split', 'curated:1'],
      ['attribution/source-contradicted', 'curated:2'],
      ['attribution/validation-split', 'curated:6'],
      ['attribution/test-split', 'other:1'],
    ])
    const sources = metrics['sources'] as Sources
    expect(sources['MedQA']!.components['curated']).toEqual({
      declared: 3,
      verified: 2,
      contradicted: 1,
      matched: 0,
      splits: { train: 1, test: 1 },
    })
    expect(sources['MedMCQA']!.components['curated']).toEqual({
      declared: 2,
      verified: 2,
      contradicted: 0,
      matched: 1,
      splits: { train: 3, validation: 1 },
    })
    expect(sources['MedQA']!.components['other']).toMatchObject({ matched: 1, splits: { test: 1 } })
    expect(sources['LiveQA']).toMatchObject({ read: false, why: 'not asked for', licence: null })
    expect(metrics['unknown']).toEqual({ curated: 1, other: 1 })
  })

  it('quotes the turn and names the item', async () => {
    const { findings } = await run(SHARDS)
    expect(findings[0]!.evidence).toMatchObject({
      source: 'MedQA',
      split: 'test',
      item: 1,
      containment: 1,
      turn: 0,
    })
    expect((findings[0]!.evidence['quote'] as JsonObject)['text']).toContain('USMLEEBWB')
  })

  it('tabulates columns without reading anything from outside', async () => {
    const { metrics, findings, notChecked } = await run(SHARDS, {})
    expect(findings).toEqual([])
    expect(notChecked).toEqual([])
    const columns = metrics['columns'] as Columns
    expect(metrics['sourceColumn']).toBe('source')
    expect(columns['source']!.distinct).toBe(5)
    const at = (row: number): JsonObject => ({ path: 'data/curated/a.jsonl', row })
    expect(columns['source']!.components['curated']).toEqual({
      present: true,
      rows: 7,
      nulls: 2,
      firstNull: at(3),
      distinct: 4,
      values: [
        { value: 'MedQA', rows: 2, first: at(0) },
        { value: 'med-mcqa', rows: 1, first: at(5) },
        { value: 'medmcqa', rows: 1, first: at(6) },
        { value: 'medqa_test', rows: 1, first: at(1) },
      ],
    })
    expect(columns['id']!.components['other']).toMatchObject({ distinct: 2 })
  })

  it('lists values by their hashes where the report quotes no text, and those of the source column as they are', async () => {
    const examples = ['heart', 'lung', 'heart'].map((topic) => chat('x', 'y', { topic, source: 's' }))
    const shards = [{ component: 'c', path: 'c.jsonl', examples }]
    const { metrics } = await memoryRun(make({}), shards, { resources, evidence: 'hash' })
    const columns = metrics['columns'] as Columns
    const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
    expect(columns['topic']!.components['c']).toMatchObject({
      distinct: 2,
      values: [
        { sha256: sha256('heart'), rows: 2, first: { path: 'c.jsonl', row: 0 } },
        { sha256: sha256('lung'), rows: 1, first: { path: 'c.jsonl', row: 1 } },
      ],
    })
    expect(columns['source']!.components['c']).toMatchObject({ values: [{ value: 's', rows: 3 }] })
    expect(JSON.stringify(metrics)).not.toMatch(/heart|lung/)
  })

  it('keeps no list of values that are many or long, and counts them all the same', async () => {
    const examples = range(0, 400).map((number) =>
      chat('x', 'y', { key: `k${number % 300}`, text: 'word '.repeat(50) + (number % 2), source: 's' }),
    )
    const shards = [{ component: 'c', path: 'c.jsonl', examples }]
    for (const sliceRows of [400, 100, 7]) {
      const { metrics } = await memoryRun(make({}), shards, { resources, sliceRows })
      const columns = metrics['columns'] as Columns
      expect(columns['key']).toMatchObject({
        distinct: 300,
        components: { c: { values: null, distinct: 300 } },
      })
      expect(columns['text']).toMatchObject({ distinct: 2, components: { c: { values: null } } })
    }
  })

  it('does not check what it cannot read, and compares with the rest', async () => {
    const { notChecked, metrics } = await run(SHARDS, { sources: ['MedQA', 'LiveQA'] })
    expect(notChecked.map((entry) => entry.what)).toEqual([
      'rows from LiveQA (train)',
      'rows from LiveQA (test)',
    ])
    const sources = metrics['sources'] as Sources
    expect(sources['LiveQA']).toMatchObject({
      read: false,
      why: expect.stringMatching(/no such set/) as string,
    })
    expect(sources['MedQA']).toMatchObject({ read: true, items: { train: 30, validation: 10, test: 20 } })
  })

  it('takes a set of the pipeline’s own, under a registered name or a new one', async () => {
    const own = upstreamSets({ 'ward.jsonl': items('prompt', range(0, 3), 'ward') })
    const options = { sources: [{ name: 'Ward', file: 'ward.jsonl', split: 'test', question: 'prompt' }] }
    const shards = [{ component: 'c', path: 'c.jsonl', examples: [row(question(2, 'ward'), null, 0)] }]
    const { findings } = await memoryRun(make(options), shards, { resources: own })
    expect(findings.map((one) => one.evidence['source'])).toEqual(['Ward'])
  })

  it('reads a set of the pipeline’s own from a file per split, and takes the train split where both explain a row', async () => {
    const own = upstreamSets({
      'test.jsonl': items('prompt', range(0, 6), 'ward'),
      'train.jsonl': items('prompt', range(3, 9), 'ward'),
    })
    const set = (split: string): JsonObject => ({
      name: 'Ward',
      file: `${split}.jsonl`,
      split,
      question: 'prompt',
    })
    const examples = [1, 4, 8].map((number) => row(question(number, 'ward'), 'ward', number))
    const shards = [{ component: 'c', path: 'c.jsonl', examples }]
    const options = { sources: [set('test'), set('train')] }
    const { findings, metrics } = await memoryRun(make(options), shards, { resources: own })
    expect(findings.map(({ rule, evidence }) => [rule, evidence['item']])).toEqual([
      ['attribution/test-split', 1],
    ])
    const ward = (metrics['sources'] as Sources)['Ward']!
    expect(ward).toMatchObject({ items: { test: 6, train: 6 } })
    expect(ward.components['c']).toMatchObject({ verified: 3, splits: { test: 1, train: 2 } })
  })

  it('compares every wording of a question', async () => {
    const liveqa = 'hyesunyun/liveqa_medical_trec2017'
    const long = question(1, 'asked')
    const upstream = upstreamSets({
      [`${liveqa}/train`]: [{ MESSAGE: question(2, 'asked') }],
      [`${liveqa}/test`]: [{ ORIGINAL_QUESTION_MESSAGE: long, NLM_SUMMARY: question(3, 'asked') }],
    })
    const examples = [1, 2, 3].map((number) => row(question(number, 'asked'), 'LiveQA', number))
    const shards = [{ component: 'c', path: 'c.jsonl', examples }]
    const { metrics } = await memoryRun(make({ sources: ['LiveQA'] }), shards, { resources: upstream })
    expect((metrics['sources'] as Sources)['LiveQA']).toMatchObject({
      items: { train: 1, test: 1 },
      components: { c: { verified: 3, splits: { train: 1, test: 2 } } },
    })
  })

  it.each<[JsonObject, RegExp]>([
    [{ source: [] }, /unknown option "source".*"sources"/],
    [{ containment: 2 }, /containment/],
  ])('refuses options %j', (options, message) => {
    expect(() => attribution.create(options)).toThrow(message)
  })

  it('refuses a source the registry does not have, and names the closest', async () => {
    const refused = run(SHARDS, { sources: ['MedMCQUA'] })
    await expect(refused).rejects.toThrow(AuditError)
    await expect(refused).rejects.toThrow(/did you mean "MedMCQA"/)
  })

  it('finds every item of a set in a corpus made of it, reworded in places, and nothing else', async () => {
    const examples = range(0, 30).map((number) => {
      const words = question(number, 'usmle').split(' ')
      // One word changed at the end costs one shingle; one in the middle costs five of thirteen.
      words[number % 2 === 0 ? words.length - 1 : 8] = 'changed'
      return row(words.join(' '), null, number)
    })
    const far = range(0, 30).map((number) => {
      const words = question(number, 'usmle').split(' ')
      return row(words.map((word, at) => (at % 3 === 0 ? `new${at}` : word)).join(' '), null, 300 + number)
    })
    const strangers = range(0, 200).map((number) => row(question(number, 'unseen'), null, 100 + number))
    const shards = [{ component: 'c', path: 'c.jsonl', examples: [...examples, ...far, ...strangers] }]
    const { metrics } = await run(shards)
    const sources = metrics['sources'] as Sources
    expect(sources['MedQA']!.components['c']).toMatchObject({ matched: 30, splits: { train: 30 } })
    expect(metrics['unknown']).toEqual({ c: 230 })
    const strict = await run(shards, { ...SOURCES, aligned: 1 })
    expect(strict.metrics['unknown']).toEqual({ c: 245 })
  })

  it('names a reworded item of a test split, and does not contradict a declaration by one', async () => {
    const words = question(42, 'usmle').split(' ')
    words[8] = 'changed'
    const examples = [row(words.join(' '), null, 0), row(words.join(' '), 'MedMCQA', 1)]
    const { findings } = await run([{ component: 'c', path: 'c.jsonl', examples }])
    expect(findings.map(({ rule }) => rule)).toEqual(['attribution/test-split', 'attribution/test-split'])
    expect(findings[0]!.message).toMatch(/is a reworded item 2 of the test split of MedQA/)
    expect(findings[0]!.evidence).toMatchObject({ view: 'near', item: 2, split: 'test' })
    expect(findings[0]!.evidence['aligned']).toBeCloseTo((words.length - 1) / words.length, 1)
  })

  it('takes an item that stands there as it is before a reworded one of the declared source', async () => {
    const asked = question(1, 'ward')
    const sets = upstreamSets({
      'one.jsonl': [{ prompt: asked }],
      'two.jsonl': [{ prompt: asked.replace('year old', 'year young') }],
    })
    const set = (name: string): JsonObject => ({
      name,
      file: `${name}.jsonl`,
      split: 'train',
      question: 'prompt',
    })
    const shards = [
      { component: 'c', path: 'c.jsonl', examples: [row(asked, 'two', 0), row(asked, 'one', 1)] },
    ]
    const options = { sources: [set('one'), set('two')] }
    const { findings, metrics } = await memoryRun(make(options), shards, { resources: sets })
    const sources = metrics['sources'] as Sources
    expect(sources['one']!.components['c']).toMatchObject({ declared: 1, verified: 1, contradicted: 0 })
    expect(sources['two']!.components['c']).toMatchObject({ declared: 1, verified: 0, contradicted: 1 })
    expect(findings.map(({ rule }) => rule)).toEqual(['attribution/source-contradicted'])
  })

  it('finds a short question above its options only where it stands whole', async () => {
    const short = 'Which visitor kept the lantern lit?'
    const sets = upstreamSets({ 'ward.jsonl': [{ prompt: short }] })
    const options = { sources: [{ name: 'Ward', file: 'ward.jsonl', split: 'train', question: 'prompt' }] }
    const examples = [
      row(`Question:\n${short}\nA. the first of them all\nB. the second of them all\nC. none`, null, 0),
      row('Which visitor kept the lantern warm, and who of the nine came after all the others?', null, 1),
    ]
    const shards = [{ component: 'c', path: 'c.jsonl', examples }]
    const { metrics } = await memoryRun(make(options), shards, { resources: sets })
    expect((metrics['sources'] as Sources)['Ward']!.components['c']).toMatchObject({ matched: 1 })
  })
})
