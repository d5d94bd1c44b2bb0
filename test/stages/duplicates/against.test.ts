import { describe, expect, it } from 'vitest'
import type { Finding } from '../../../src/core/finding.ts'
import type { JsonObject } from '../../../src/core/json.ts'
import type { Stage } from '../../../src/core/stage.ts'
import { DUPLICATES } from '../../../src/stages/duplicates/stage.ts'
import { chat, memoryRun } from '../../support/corpus.ts'
import type { MemoryExample, MemoryRun, MemoryRunOptions } from '../../support/corpus.ts'
import { randomOf } from '../../support/random.ts'

const WORDS =
  'amber birch cedar delta ember fjord grove heath inlet jetty knoll ledge marsh north oasis pine'.split(' ')

function prose(seed: number, words = 60): string {
  const random = randomOf(seed)
  return Array.from({ length: words }, () => WORDS[Math.floor(random() * WORDS.length)] as string).join(' ')
}

const talk = (seed: number): MemoryExample => chat(prose(seed), prose(seed + 5000))
const without = (text: string, words: number): string => text.split(' ').slice(words).join(' ')
const ANSWER = 'The dose for a grown patient with a sound kidney is given twice a day after meals, at most'

/** Rows 0–9 of the corpus, 8 and 9 equal; the second corpus holds 0 as it is, 1 in capitals, 2 shortened, … */
const own = [...Array.from({ length: 9 }, (_, i) => talk(i)), talk(8), chat(prose(40), `${ANSWER} 20 mg.`)]
const second = [
  talk(0),
  chat(prose(1).toUpperCase(), prose(5001)),
  chat(prose(2), without(prose(5002), 5)),
  chat(prose(3), prose(999)),
  talk(8),
  talk(70),
  talk(70),
  chat(prose(40), `${ANSWER} 50 mg.`),
]
const named = (prefix: string, examples: readonly MemoryExample[]): MemoryExample[] =>
  examples.map((example, i) => ({ ...example, columns: { id: `${prefix}-${i}` } }))

function run(
  against: readonly MemoryExample[] | null,
  options: MemoryRunOptions = {},
  stageOptions: JsonObject = {},
): Promise<MemoryRun> {
  const other = { component: 'against/b', path: 'b.parquet', against: true as const }
  return memoryRun(
    DUPLICATES.create(stageOptions) as unknown as Stage,
    [
      { component: 'a', path: 'a.parquet', examples: named('a', own) },
      ...(against === null ? [] : [{ ...other, examples: named('b', against) }]),
    ],
    options,
  )
}

const crossing = ({ place, evidence }: Finding): [string, number, string, number, string] =>
  place.kind === 'pair'
    ? [place.a.path, place.a.row, place.b.path, place.b.row, evidence['level'] as string]
    : ['', -1, '', -1, '']
const isAgainst = ({ rule }: Finding): boolean => rule === 'duplicates/against'

describe('duplicates against a second corpus', () => {
  it('are found at every level, with the place on both sides', async () => {
    const { findings, result } = await run(second)
    expect(findings.filter(isAgainst).map(crossing)).toEqual([
      ['a.parquet', 0, 'b.parquet', 0, 'conversation-exact'],
      ['a.parquet', 1, 'b.parquet', 1, 'normalised-exact'],
      // The prompt is the same: listed as such, and counted among the repeats.
      ['a.parquet', 2, 'b.parquet', 2, 'same-prompt'],
      ['a.parquet', 3, 'b.parquet', 3, 'same-prompt'],
      ['a.parquet', 8, 'b.parquet', 4, 'conversation-exact'],
      ['a.parquet', 9, 'b.parquet', 4, 'conversation-exact'],
      // Only the dose differs: the prompt is the same, and nothing more.
      ['a.parquet', 10, 'b.parquet', 7, 'same-prompt'],
    ])
    for (const { place, evidence } of findings.filter(isAgainst)) {
      const ids = place.kind === 'pair' ? [place.a.exampleId, place.b.exampleId] : []
      expect(ids).toEqual([expect.stringMatching(/^a-/), expect.stringMatching(/^b-/)])
      // What is quoted under a side's letter is that side's text.
      const texts = evidence['texts'] as { label: string; text: string }[]
      if (evidence['level'] === 'normalised-exact')
        expect(texts.find(({ label }) => label === 'b')?.text).toMatch(/^[A-Z ]{9}/)
    }
    expect(result.metrics['against']).toMatchObject({
      ...{ rows: 11, rowsAgainst: 8 },
      inCorpus: { rows: 7, repeats: 5 },
      inAgainst: { rows: 6, repeats: 4 },
      components: [{ component: 'a', against: 'against/b', rows: 7 }],
    })
  })

  it('are the same when the words of both do not fit in memory', async () => {
    const [fits, large] = [await run(second), await run(second, {}, { joinWords: 100 })]
    expect(large.findings.filter(isAgainst)).toEqual(fits.findings.filter(isAgainst))
    expect(large.result.metrics['against']).toEqual(fits.result.metrics['against'])
    expect(large.notChecked.map(({ what }) => what)).toEqual(['shared passages'])
  })

  it('change no other figure and no other finding', async () => {
    const [alone, beside] = [await run(null), await run(second)]
    const metrics = Object.fromEntries(
      Object.entries(beside.result.metrics).filter(([key]) => key !== 'against'),
    )
    expect(metrics as JsonObject).toEqual(alone.result.metrics)
    expect(beside.findings.filter((one) => !isAgainst(one))).toEqual(alone.findings)
  })

  it('are the same for any cut, and none where nothing is shared', async () => {
    expect(await run(second, { sliceRows: 3, batchRows: 2 })).toEqual(await run(second))
    const { findings, result } = await run([talk(300), talk(301)])
    expect(findings.filter(isAgainst)).toEqual([])
    expect(result.metrics['against']).toMatchObject({ inCorpus: { rows: 0 }, components: [] })
  })
})
