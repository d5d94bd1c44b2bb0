import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { Stage } from '../../../src/core/stage.ts'
import { contamination } from '../../../src/stages/contamination/stage.ts'
import { chat, memoryRun } from '../../support/corpus.ts'
import { localResources } from './local-resources.ts'
import { CALLED_EDITED, REWORDED_NEAR_MISSES } from './near-misses-reworded.ts'
import { NEAR_MISSES } from './near-misses.ts'

/** Verdicts that say "this is the item". */
const FIRM = /exact-match|near-match|options-shuffled|question-and-answer|question-match|answer-side/

const folder = mkdtempSync(join(tmpdir(), 'assay-near-misses-'))
afterAll(() => rmSync(folder, { recursive: true }))

const LABELS = 'ABCDEFGH'
const listed = (question: string, options: readonly string[], style = 0) =>
  `${question}\n${options.map((text, i) => (style === 0 ? `${LABELS[i]}. ${text}` : `(${LABELS[i]?.toLowerCase()}) ${text}`)).join('\n')}`

/** Rules of the assay method for the item itself, in a corpus that holds this row alone. */
async function verdicts(entry: { question: string; options: readonly string[] }, turns: [string, string]) {
  const options = Object.fromEntries(entry.options.map((text, i) => [LABELS[i], text]))
  const item = { id: 'x', question: entry.question, options, answer: 'A' }
  writeFileSync(join(folder, 'one.jsonl'), JSON.stringify(item))
  const stage = contamination.create({
    benchmarks: [{ name: 'one', file: 'one.jsonl' }],
    methods: ['assay'],
  }) as unknown as Stage
  const shard = { component: 'a', path: 'a.jsonl', examples: [chat(...turns, { id: 'r' })] }
  const { findings } = await memoryRun(stage, [shard], { resources: localResources(folder) })
  return findings.map((finding) => finding.rule.slice('contamination/'.length))
}

/** A tenth of the words, at least one: articles, prepositions and auxiliaries alone. */
function editedFunctionWords(text: string): string {
  const other: Record<string, string> = {
    ...{ the: 'a', of: 'for', in: 'within', is: 'was', with: 'having', a: 'the', are: 'were', has: 'had' },
    ...{ which: 'what', to: 'for', be: 'being', his: 'the', her: 'the', should: 'must', for: 'of' },
  }
  const words = text.split(' ')
  let left = Math.max(1, Math.round(words.length / 10))
  return words
    .map((word, i) => {
      const change = other[word.toLowerCase()]
      if (change === undefined || left === 0 || (i * 7) % 3 === 1) return word
      left--
      return change
    })
    .join(' ')
}

function wrapped(text: string, width: number): string {
  let column = 0
  return text.replace(/ /g, () => {
    column++
    return column % width === 0 ? '\n' : ' '
  })
}

const named = NEAR_MISSES.map((entry, i) => ({ ...entry, name: `${entry.kind} ${i}` }))

test('there are near misses of every kind', () => {
  const kinds = new Map<string, number>()
  for (const { kind } of NEAR_MISSES) kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
  expect(kinds.size).toBe(6)
  expect(Math.min(...kinds.values())).toBeGreaterThanOrEqual(8)
})

describe('near misses are not called the item', () => {
  test.each(named)('$name with options', async (entry) => {
    const row = listed(entry.other, entry.otherOptions ?? entry.options)
    expect(
      (await verdicts(entry, [row, 'See the chapter on it.'])).filter((rule) => FIRM.test(rule)),
    ).toEqual([])
  })

  const alone = named.filter((entry) => entry.other !== entry.question)
  test.each(alone)('$name without options', async (entry) => {
    const found = await verdicts(entry, [`${entry.other}`, 'See the chapter on it.'])
    expect(found.filter((rule) => FIRM.test(rule))).toEqual([])
  })

  test.each(named)('$name in an assistant turn', async (entry) => {
    const row = `Here is a question.\n\n${listed(entry.other, entry.otherOptions ?? entry.options, 1)}`
    expect((await verdicts(entry, ['Quiz me.', row])).filter((rule) => FIRM.test(rule))).toEqual([])
  })
})

/** Answers the row may give: none, the item's own, another. */
const ANSWERS: Record<string, (options: readonly string[]) => string> = {
  'no answer': () => 'See the chapter on it.',
  'the same answer': (options) => `The correct answer is A. ${options[0]}.`,
  'another answer': (options) => `The correct answer is B. ${options[1]}.`,
}
const reworded = REWORDED_NEAR_MISSES.map((entry, i) => ({ ...entry, name: `${entry.kind} ${i}` }))

describe.each(Object.entries(ANSWERS))('near misses with %s are not called the item', (_, answer) => {
  test.each([...named, ...reworded])('$name', async (entry) => {
    const options = entry.otherOptions ?? entry.options
    const found = await verdicts(entry, [listed(entry.other, options), answer(entry.options)])
    expect(found.filter((rule) => FIRM.test(rule))).toEqual([])
  })
})

test('one common word for another is shown as an edit', async () => {
  const row = listed(CALLED_EDITED.other, CALLED_EDITED.options)
  expect(await verdicts(CALLED_EDITED, [row, 'See the chapter on it.'])).toEqual(['near-match'])
})

describe('their true leaks are', () => {
  const rotated = (options: readonly string[]) => [...options.slice(1), options[0] as string]
  test.each(named)('$name verbatim', async ({ question, options }) => {
    expect(await verdicts({ question, options }, [listed(question, options), 'A'])).toEqual(['exact-match'])
  })

  test.each(named)('$name re-lettered', async ({ question, options }) => {
    const row = listed(question, rotated(options), 1)
    expect(await verdicts({ question, options }, [row, 'D'])).toEqual(['options-shuffled'])
  })

  test.each(named)(
    '$name with a tenth of its words, function words, edited',
    async ({ question, options }) => {
      const found = await verdicts({ question, options }, [
        listed(editedFunctionWords(question), options),
        'A',
      ])
      expect(found).toEqual([expect.stringMatching(FIRM)])
    },
  )

  test.each(named)('$name re-wrapped', async ({ question, options }) => {
    const found = await verdicts({ question, options }, [
      wrapped(listed(question, options), 6).toUpperCase(),
      'A',
    ])
    expect(found).toEqual([expect.stringMatching(FIRM)])
  })
})
