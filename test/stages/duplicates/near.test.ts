import { describe, expect, it } from 'vitest'
import { chat } from '../../support/corpus.ts'
import type { MemoryExample, MemoryRun } from '../../support/corpus.ts'
import { pick, randomOf } from '../../support/random.ts'
import { checkScores } from './check-scores.ts'
import { VOCABULARY, edited, pairs, prose, run } from './near-run.ts'

const base =
  'A woman aged 54 with asthma takes 20 mg of warfarin daily and has pain in the left knee after a fall. ' +
  'Her pulse is below 90 and she does not smoke. Which treatment would you recommend before surgery, and why?'
const answer =
  'Stop the anticoagulant five days before the operation, bridge only when the risk of clots is high, and check the ' +
  'clotting values on the morning of surgery. Start again the evening after when bleeding is controlled.'

describe('near-duplicates', () => {
  it('finds every edited copy up to a fifth of the words, and nothing else', async () => {
    const random = randomOf(51)
    const examples: MemoryExample[] = []
    const expected: string[] = []
    for (const rate of [0.02, 0.05, 0.1, 0.2]) {
      for (let i = 0; i < 25; i++) {
        const [question, reply] = [prose(random, 20 + (i % 7) * 8), prose(random, 40 + i * 4)]
        examples.push(
          chat(question, reply),
          chat(edited(random, question, rate), edited(random, reply, rate * 0.85)),
        )
        expected.push(`${examples.length - 2}-${examples.length - 1}`)
      }
    }
    for (let i = 0; i < 100; i++) examples.push(chat(prose(random, 30), prose(random, 80)))
    const { findings } = await run(examples)
    const rules = ['near-duplicate', 'same-prompt', 'conversation-exact']
    const found = new Set(rules.flatMap((rule) => pairs(findings, rule)))
    expect(expected.filter((pair) => !found.has(pair))).toEqual([])
    expect([...found].filter((pair) => !expected.includes(pair))).toEqual([])
    const checked = checkScores(findings, [{ component: 'c', path: 'c.parquet', examples }])
    expect(checked.wrong).toEqual([])
    expect(checked.pairs).toBeGreaterThan(80)
  })

  it('finds every row of eight words of which two neighbours in the middle are exchanged', async () => {
    const random = randomOf(52)
    const rows = Array.from({ length: 900 }, () => prose(random, 8).split(' '))
    const examples = rows.flatMap((words) => {
      const [a, b, c, d, e, ...rest] = words
      return [chat(words.join(' '), ''), chat([a, b, c, e, d, ...rest].join(' '), '')]
    })
    const { findings } = await run(examples)
    const expected = rows.map((_, i) => `${2 * i}-${2 * i + 1}`).sort()
    expect(pairs(findings, 'near-duplicate')).toEqual(expected)
  })

  it.each([
    ['a dose', '20 mg', '200 mg', 'number'],
    ['a unit', '20 mg', '20 µg', 'unit'],
    ['a decimal point', '20 mg', '2.0 mg', 'number'],
    ['a medicine', 'warfarin', 'apixaban', 'name'],
    ['a side', 'left knee', 'right knee', 'side'],
    ['a sex', 'A woman', 'A man', 'sex'],
    ['a negation', 'does not smoke', 'does smoke', 'negation'],
    ['a power', '20 mg', '10⁻³ mg', 'number'],
  ])('never calls a copy with another %s a duplicate', async (_, from, to, meaning) => {
    const { findings } = await run([chat(base, answer), chat(base.replace(from, to), answer)])
    expect(findings.map((finding) => finding.rule)).toEqual(['duplicates/minimal-difference'])
    expect(findings[0]!.severity).toBe('info')
    expect(findings[0]!.evidence['meaning']).toEqual([meaning])
  })

  it('tells 10⁻³ from 10-3 and < from >', async () => {
    const text = (figure: string): MemoryExample =>
      chat(`${base} The count was ${figure} per litre of blood.`, answer)
    const { findings } = await run([text('10⁻³'), text('10-3')])
    expect(findings.map((finding) => finding.rule)).not.toContain('duplicates/normalised-exact')
    const signs = await run([text('<5'), text('>5')])
    expect(signs.findings.map((finding) => finding.rule)).toEqual(['duplicates/minimal-difference'])
  })

  it('keeps a pair a near-duplicate when one difference has no such meaning', async () => {
    const other = base.replace('20 mg', '40 mg').replace('after a fall', 'since a journey')
    const { findings } = await run([chat(base, answer), chat(other, answer)])
    expect(findings.map((finding) => finding.rule)).toEqual(['duplicates/near-duplicate'])
  })

  it('is not fooled by a system prompt or an instruction that all rows share', async () => {
    const random = randomOf(52)
    const [system, scaffold] = [prose(random, 100), prose(random, 60)]
    const examples: MemoryExample[] = Array.from({ length: 120 }, () => ({
      turns: [
        { role: 'system', text: system },
        { role: 'user', text: `${scaffold} ${prose(random, 12)}` },
        { role: 'assistant', text: prose(random, 12) },
      ],
    }))
    const { findings } = await run(examples)
    expect(findings.filter((finding) => /near|exact/.test(finding.rule))).toEqual([])
  })

  it('has a rule of its own for short examples', async () => {
    const { findings } = await run([
      chat('Which vitamin prevents scurvy in sailors at sea', 'Ascorbic acid from lemons does'),
      chat('Which vitamin prevents scurvy in children at sea', 'Ascorbic acid from lemons does'),
      chat('Name the smallest bone', 'Stapes'),
      chat('Name the largest bone', 'Stapes'),
      chat('Which hormone raises sugar in sailors at sea', 'Glucagon from the pancreas does'),
    ])
    expect(pairs(findings, 'near-duplicate')).toEqual(['0-1'])
  })

  it('flags chains: A near B, B near C, but not A near C', async () => {
    const random = randomOf(53)
    const words = prose(random, 100).split(' ')
    const swap = (from: number, to: number, text: string[]): string[] =>
      text.map((word, i) => (i >= from && i < to ? pick(random, VOCABULARY) : word))
    const b = words
    const a = swap(0, 18, words)
    const c = swap(80, 98, words)
    const { findings, metrics } = await run(
      [a, b, c].map((text) => chat(text.slice(0, 30).join(' '), text.slice(30).join(' '))),
    )
    const level = (metrics['levels'] as Record<string, Record<string, unknown>>)['near-duplicate']!
    expect(pairs(findings, 'near-duplicate').filter((pair) => pair === '0-2')).toEqual([])
    expect(findings).toHaveLength(2)
    expect(level['clusters']).toEqual({ count: 1, chains: 1, largest: 3 })
  })

  it('compares a crowd of near copies and lists a star', async () => {
    const random = randomOf(54)
    const text = prose(random, 90)
    const crowd = Array.from({ length: 60 }, () =>
      chat(edited(random, text.slice(0, 200), 0.04), edited(random, text, 0.04)),
    )
    const { findings, metrics } = await run(crowd)
    const level = (metrics['levels'] as Record<string, Record<string, unknown>>)['near-duplicate']!
    // The star, the pairs of a few stragglers, and far from the 1,770 pairs of the crowd.
    expect(findings.length).toBeLessThan(70)
    // A few copies edited at several neighbouring places keep too much of their own beside what all share.
    expect(level['removable']).toBeGreaterThanOrEqual(50)
    expect((metrics['effective'] as { examples: number }).examples).toBeLessThanOrEqual(10)
  })

  it('compares conversations of several turns as a whole', async () => {
    const random = randomOf(55)
    const turns = Array.from(
      { length: 6 },
      (_, i) => ({ role: i % 2 === 0 ? 'user' : 'assistant', text: prose(random, 25) }) as const,
    )
    const other = turns.map((turn, i) => (i === 3 ? { ...turn, text: edited(random, turn.text, 0.2) } : turn))
    const { findings } = await run([{ turns }, { turns: other }, { turns: turns.slice(0, 2) }])
    // The third is the beginning of both: a shared passage, no duplicate.
    expect(findings.map((finding) => finding.rule)).toEqual([
      'duplicates/same-prompt',
      'duplicates/shared-passage',
      'duplicates/shared-passage',
    ])
    expect(findings[0]!.evidence['nearDuplicate']).toBeDefined()
  })

  it('gives the same pairs and clusters for rows in another order', async () => {
    const random = randomOf(56)
    const examples: MemoryExample[] = []
    for (let i = 0; i < 60; i++) {
      const [question, reply] = [prose(random, 25), prose(random, 60)]
      for (let copy = 0; copy <= i % 4; copy++) {
        examples.push({
          ...chat(edited(random, question, 0.05), edited(random, reply, 0.05)),
          columns: { id: `${i}.${copy}` },
        })
      }
    }
    const shuffled = examples.map((example) => [random(), example] as const).sort((a, b) => a[0] - b[0])
    const ids = (result: MemoryRun): unknown[] =>
      result.findings.map(({ rule, place, evidence, score }) => [
        rule,
        place.kind === 'pair' ? [place.a.exampleId, place.b.exampleId] : 0,
        score,
        evidence,
      ])
    const [one, two] = [
      await run(examples),
      await run(
        shuffled.map(([, example]) => example),
        { batchRows: 7, sliceRows: 11 },
      ),
    ]
    expect(ids(two)).toEqual(ids(one))
    expect(one.findings.length).toBeGreaterThan(50)
    expect(two.metrics).toEqual(one.metrics)
  })

  it('takes empty and one-word examples', async () => {
    const { findings } = await run([
      chat('', ''),
      chat('a', ''),
      chat('', 'b'),
      chat('a', 'b'),
      chat(' ', '\u200b'),
    ])
    expect(findings.every((finding) => finding.rule !== 'duplicates/near-duplicate')).toBe(true)
  })
})
