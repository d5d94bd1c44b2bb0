import { describe, expect, it } from 'vitest'
import { standalone } from '../../../src/core/finding-block.ts'
import type { Example, Role } from '../../../src/core/example.ts'
import { wilson } from '../../../src/core/interval.ts'
import type { JsonObject } from '../../../src/core/json.ts'
import type { Finding } from '../../../src/core/finding.ts'
import type { Stage } from '../../../src/core/stage.ts'
import { KINDS } from '../../../src/stages/duplicates/control/kinds.ts'
import { Dictionary } from '../../../src/stages/duplicates/control/plain-view.ts'
import { plantAll } from '../../../src/stages/duplicates/control/plant.ts'
import type { Row } from '../../../src/stages/duplicates/control/plant.ts'
import { Reference } from '../../../src/stages/duplicates/control/reference.ts'
import { selfTest } from '../../../src/stages/duplicates/control/self-test.ts'
import { DUPLICATES } from '../../../src/stages/duplicates/stage.ts'
import { memoryPlan } from '../../support/corpus.ts'
import { randomOf } from '../../support/random.ts'
import { referenceNormalise } from '../../text/normalise-reference.ts'
import { referenceWords } from '../../text/words-reference.ts'
import { longestCommon } from './check-scores.ts'
import { edited, prose } from './near-run.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const text = (turn: { text: Uint8Array }): string => Buffer.from(turn.text).toString()

interface Measured {
  planted: number
  found: number
  otherLevel: number
  byKind: Record<
    string,
    {
      planted: number
      found: number
      recallRatio: number
      lowRatio: number
      otherLevel: number
      otherLevels: Record<string, number>
      passedOver: number
    }
  >
  untouched: { rows: number; flagged: number; pairs: Record<string, number> }
  notes: string[]
}

const plan = memoryPlan([
  { component: 'notes', path: 'a', examples: [] },
  { component: 'quiz', path: 'b', examples: [] },
])

function example(shard: number, turns: readonly (readonly [Role, string])[], row = 0): Example {
  return {
    ...{ shard, row, exampleId: null, columns: { source: shard === 0 ? 'ward' : 'school', id: `r${row}` } },
    turns: turns.map(([role, words]) => ({ role, text: bytes(words) })),
  }
}

/** Invented questions and answers; every second row lists options, every third has a number. */
function corpus(rows: number, seed = 11): Example[] {
  const random = randomOf(seed)
  return Array.from({ length: rows }, (_, row) => {
    const number = row % 3 === 0 ? ` They counted ${100 + row} boats.` : ''
    const options = ['A', 'B', 'C', 'D'].map((label) => `${label}. ${prose(random, 3)}`).join('\n')
    const question = `Why was ${prose(random, 15 + (row % 20))}?${number}`
    return example(
      row % 2,
      [
        ['user', row % 2 === 0 ? question : `${question}\n${options}`],
        ['assistant', `Because ${prose(random, 10 + (row % 50))}.`],
      ],
      row,
    )
  })
}

async function measure(
  sample: readonly Example[],
  options: JsonObject = {},
  stage?: Stage,
): Promise<Measured> {
  const context = {
    ...{ plan, evidence: 'snippet' as const, notChecked: () => {}, warn: () => {} },
    resources: { file: () => Promise.reject(new Error()), table: () => Promise.reject(new Error()) },
  }
  const tested = stage ?? (DUPLICATES.create(options) as unknown as Stage)
  return (await selfTest(tested, context, sample)) as unknown as Measured
}

function rowsOf(sample: readonly Example[]): Row[] {
  return sample.map(({ shard, turns, columns }) => ({
    component: plan.shards[shard]?.component ?? '',
    ...{ turns, columns },
  }))
}

/** The stage with its findings changed. */
function broken(change: (finding: Finding) => Finding | null): Stage {
  const stage = DUPLICATES.create({}) as unknown as Stage
  return {
    ...{ name: stage.name, version: stage.version, options: stage.options, rounds: stage.rounds ?? {} },
    prepare: (context) => stage.prepare(context),
    scanner: (index) => stage.scanner(index),
    async *reduce(tallies, index, context) {
      const found = stage.reduce(tallies, index, context)
      for (;;) {
        const step = await found.next()
        if (step.done === true) return step.value
        const changed = change(standalone(step.value as Finding))
        if (changed !== null) yield changed
      }
    },
  }
}

describe('the positive control of duplicates', () => {
  const sample = corpus(700)

  it('finds every kind of copy as what it is', async () => {
    const measured = await measure(sample)
    for (const [kind, { planted, found, lowRatio }] of Object.entries(measured.byKind)) {
      console.log(`${kind}: ${found} of ${planted}`)
      expect(planted, kind).toBe(60)
      expect(found, kind).toBe(planted)
      expect(lowRatio).toBe(wilson(found, planted)[0])
    }
    expect(Object.keys(measured.byKind)).toEqual(Object.keys(KINDS))
    expect(measured).toMatchObject({ planted: 660, found: 660, otherLevel: 0 })
    expect(measured.untouched).toMatchObject({ rows: 700, flagged: 0, pairs: {} })
  })

  it('gives the same figures every time', async () => {
    expect(await measure(sample)).toEqual(await measure(corpus(700)))
  })

  it('counts the pairs of the corpus itself apart', async () => {
    const twin = { ...(sample[3] as Example), columns: { id: 'other' } }
    const { untouched, found } = await measure([...sample, twin])
    expect(untouched).toMatchObject({ rows: 701, flagged: 2, pairs: { 'conversation-exact': 1 } })
    expect(found).toBe(660)
  })

  it('shows what stricter thresholds miss', async () => {
    const { byKind } = await measure(sample, { alignedRatio: 0.95 })
    console.log(`edited-20 at 0.95: ${byKind['edited-20']?.recallRatio}`)
    expect(byKind['edited-20']).toMatchObject({ planted: 60, found: 0, otherLevel: 0 })
    expect(byKind['edited-10']?.recallRatio).toBeLessThan(0.5)
    expect(byKind['conversation']?.recallRatio).toBe(1)
    const more = await measure(sample, { alignedRatio: 0.85 })
    expect(more.byKind['edited-20']?.recallRatio).toBeLessThan(0.5)
    expect(more.byKind['edited-2']?.recallRatio).toBe(1)
  })

  it.each(Object.entries(KINDS))('sees that %s is not found by a stage without %s', async (kind, level) => {
    const { byKind } = await measure(
      sample,
      {},
      broken((finding) => (finding.rule === `duplicates/${level}` ? null : finding)),
    )
    expect(byKind[kind]).toMatchObject({ planted: 60, found: 0, recallRatio: 0 })
  })

  it('sees that a stage takes another number for a duplicate', async () => {
    const renamed = broken((finding) =>
      finding.rule === 'duplicates/minimal-difference'
        ? { ...finding, rule: 'duplicates/near-duplicate' }
        : finding,
    )
    const { byKind, otherLevel } = await measure(sample, {}, renamed)
    expect(byKind['other-number']).toMatchObject({ planted: 60, found: 0, otherLevel: 60 })
    expect(byKind['other-number']?.otherLevels).toEqual({ 'near-duplicate': 60 })
    expect(otherLevel).toBe(60)
  })
})

describe('what is planted', () => {
  const sample = corpus(400, 12)
  const rows = rowsOf(sample)
  const { planted, passedOver } = plantAll(rows)
  const pairsOf = (kind: string) =>
    planted.filter((copy) => copy.kind === kind).map((copy) => ({ copy, host: rows[copy.host] as Row }))

  it('is a copy of a row each, and no row twice', () => {
    const hosts = planted.map(({ host }) => host)
    expect(new Set(hosts).size).toBe(hosts.length)
    expect(planted.length).toBe(36 * Object.keys(KINDS).length)
  })

  it('is near by the textbook where it is planted as near, and has as many words edited as it says', () => {
    for (const percent of [2, 5, 10, 20]) {
      for (const { copy, host } of pairsOf(`edited-${percent}`)) {
        const [a, b] = [wordsOf(host), wordsOf(copy)]
        const edits = Math.max(a.length, b.length) - longestCommon(a, b)
        expect(edits).toBeGreaterThan(0)
        expect(edits).toBeLessThanOrEqual(Math.max(1, Math.round((a.length * percent) / 100)))
        expect(4 * longestCommon(a, b)).toBeGreaterThanOrEqual(3 * Math.max(a.length, b.length))
        expect(text(copy.turns[0]!)).not.toBe(text(host.turns[0]!))
      }
    }
  })

  it('is equal after normalisation, and not before, where it is written otherwise', () => {
    for (const { copy, host } of pairsOf('written-otherwise')) {
      expect(copy.turns.map(text)).not.toEqual(host.turns.map(text))
      const plain = (turn: { text: Uint8Array }): string =>
        referenceNormalise(text(turn)).replace(/ ?\.$/, '')
      expect(copy.turns.map(plain)).toEqual(host.turns.map(plain))
    }
  })

  it('has one other number and nothing else', () => {
    for (const { copy, host } of pairsOf('other-number')) {
      const [a, b] = [wordsOf(host), wordsOf(copy)]
      const differ = a.flatMap((word, i) => (word === b[i] ? [] : [[word, b[i] ?? '']]))
      expect(a.length).toBe(b.length)
      expect(differ).toHaveLength(1)
      for (const word of differ[0]!) expect(word).toMatch(/^\d+$/)
    }
  })

  it('has the same options in another order', () => {
    const options = ({ turns }: Row): string[] =>
      text(turns[0]!)
        .split('\n')
        .slice(1)
        .map((line) => line.replace(/^\W?\w\W\s/, ''))
    for (const { copy, host } of pairsOf('options-shuffled')) {
      expect(options(copy)).not.toEqual(options(host))
      expect(options(copy).sort()).toEqual(options(host).sort())
    }
    expect(passedOver['options-shuffled']).toBeGreaterThan(0)
  })

  it('stands in another component, where it is copied across', () => {
    for (const { copy, host } of pairsOf('across-components')) expect(copy.component).not.toBe(host.component)
  })
})

describe('a corpus that cannot carry every kind', () => {
  it('says which kinds of plain text of one component were not planted', async () => {
    const random = randomOf(13)
    const sample = Array.from({ length: 300 }, (_, row) =>
      example(0, [['document', `${prose(random, 40)}. In ${1200 + row} it was sold.`]], row),
    )
    const { byKind, notes } = await measure(sample)
    for (const [kind, { planted, found }] of Object.entries(byKind)) {
      const missing = ['other-answer', 'options-shuffled', 'across-components'].includes(kind)
      expect(planted, kind).toBe(missing ? 0 : 27)
      expect(found, kind).toBe(planted)
      expect(notes.some((note) => note.startsWith(`${kind}: not planted`))).toBe(missing)
    }
    expect(byKind['options-shuffled']?.passedOver).toBe(300)
  })

  it('plants no short row as near that the rule for short rows cannot call near', async () => {
    const random = randomOf(14)
    const short = Array.from({ length: 220 }, (_, row) =>
      example(
        row % 2,
        [
          ['user', prose(random, 6)],
          ['assistant', prose(random, 4)],
        ],
        row,
      ),
    )
    const { byKind, notes } = await measure(short)
    expect(byKind['edited-20']).toMatchObject({ planted: 0, passedOver: 220 })
    expect(notes.some((note) => note.startsWith('edited-20: not planted'))).toBe(true)
    expect(byKind['edited-10']?.recallRatio).toBe(1)
    const shorter = short.map((one) => ({ ...one, turns: one.turns.slice(0, 1) }))
    const measured = await measure(shorter)
    for (const rate of [2, 5, 10, 20]) expect(measured.byKind[`edited-${rate}`]?.planted).toBe(0)
    expect(measured.byKind['conversation']).toMatchObject({ planted: 20, found: 20 })
  })

  it('reads hostile text', async () => {
    const random = randomOf(15)
    const hostile: Example[] = [
      example(0, []),
      example(0, [['user', '']]),
      example(0, [
        ['user', ''],
        ['assistant', ''],
      ]),
      example(0, [
        ['assistant', 'only an answer, and a long enough one to be near another answer of the kind'],
      ]),
      example(1, [['system', prose(random, 30)]]),
      example(1, [
        ['user', '\ufeff\u0000\u202e \u200b'],
        ['assistant', '…'],
      ]),
      example(1, [
        ['user', '😀 '.repeat(300)],
        ['assistant', '👩‍👩‍👧‍👦🏳️‍🌈'],
      ]),
      example(1, [
        ['user', 'a'.repeat(100_000)],
        ['assistant', 'A. x\nB. y\nC. z'],
      ]),
      example(1, [
        ['user', '为什么水会结冰呢因为温度低于零度的时候水分子排列成晶体'],
        ['assistant', 'ا ب ت ث ج ح خ د ذ ر ز س ش'],
      ]),
      example(0, [['document', prose(random, 30_000)]]),
      example(0, [['document', prose(random, 6000)]]),
      example(0, [
        ['unknown', 'A. one\nB. two\nC. three'],
        ['tool', '1. 1\n2. 2\n3. 3'],
        ['assistant', '1'],
      ]),
      example(0, [
        ['user', 'Q?\r\nA. e\u0301\r\nB. é\r\nC. ﬁ'],
        ['assistant', '__proto__'],
      ]),
    ].map((one, row) => ({ ...one, columns: { planted: row, __proto__: null, nested: { a: [row] } } }))
    const sample = [...hostile, ...hostile.map((one) => ({ ...one, shard: 1 }))]
    const measured = await measure(sample)
    expect(measured.untouched.rows).toBe(26)
    expect(measured.notes).toContain('2 rows of the sample are too long to be copied.')
    expect(await measure(sample)).toEqual(measured)
    const none = await measure([])
    expect(none).toMatchObject({ planted: 0, found: 0, untouched: { rows: 0, flagged: 0, pairs: {} } })
  })
})

describe('the reference', () => {
  it('calls near what the textbook does', () => {
    const random = randomOf(16)
    const dictionary = new Dictionary()
    const view = (words: string) => dictionary.view([{ role: 'user', text: bytes(words) }])
    const reference = new Reference([])
    const counts = { near: 0, far: 0 }
    for (let i = 0; i < 400; i++) {
      const a = prose(random, 5 + Math.floor(random() * 60))
      const b = edited(random, a, random() * 0.45)
      const [x, y] = [referenceWords(a), referenceWords(b)].map((words) =>
        words.map((word) => word.text),
      ) as [string[], string[]]
      const [shorter, longer] = [Math.min(x.length, y.length), Math.max(x.length, y.length)]
      const aligned = longestCommon(x, y)
      const near = shorter >= 8 && (shorter < 16 ? aligned >= longer - 1 : aligned / longer >= 0.75)
      counts[near ? 'near' : 'far']++
      expect(reference.isNear(view(a), view(b)), `${a}\n${b}`).toBe(near)
    }
    expect(Math.min(counts.near, counts.far)).toBeGreaterThan(50)
  })

  it('takes template text for nothing two rows have in common', () => {
    const random = randomOf(17)
    const dictionary = new Dictionary()
    const view = (words: string) => dictionary.view([{ role: 'user', text: bytes(words) }])
    const scaffold = prose(random, 60)
    const views = Array.from({ length: 40 }, () => view(`${scaffold} ${prose(random, 15)}`))
    const reference = new Reference(views)
    expect(reference.isNear(views[0]!, views[1]!)).toBe(false)
    expect(new Reference([]).isNear(views[0]!, views[1]!)).toBe(true)
  })
})

function wordsOf({ turns }: { turns: Example['turns'] }): string[] {
  return turns.flatMap((turn) => referenceWords(text(turn)).map((word) => word.text))
}
