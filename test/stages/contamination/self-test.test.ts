import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Example } from '../../../src/core/example.ts'
import { wilson } from '../../../src/core/interval.ts'
import { selfTest } from '../../../src/stages/contamination/self-test.ts'
import { memoryPlan } from '../../support/corpus.ts'
import { random } from '../../text/difflib.ts'
import { localResources } from './local-resources.ts'

const folder = mkdtempSync(join(tmpdir(), 'assay-self-test-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Invented sentences: names, places and things drawn at random, so that items differ in their words. */
function sentence(next: () => number): string {
  const pick = (list: string) => list.split(' ')[Math.floor(next() * list.split(' ').length)] as string
  const name = () =>
    pick('brisk amber tidal copper velvet rugged hollow crimson gentle frozen') +
    ' ' +
    pick('harbour lantern orchard kettle anvil meadow ferry quarry sparrow chimney beacon saddle')
  return `When the ${name()} met the ${name()} near the ${name()}, how many ${pick('barrels ropes candles letters crates bells')} were left beside the ${name()}?`
}

test('finds nearly all planted items and says how sure it is', async () => {
  const next = random(3)
  const items = Array.from({ length: 80 }, (_, i) => ({
    id: `i${i}`,
    question:
      i % 2 === 0 ? sentence(next) : sentence(next).split(' near')[0]!.replace('When', 'Where was') + '?',
    options: {
      A: `${sentence(next).slice(9, 24)} one`,
      B: `${sentence(next).slice(9, 30)} two`,
      C: 'never three',
      D: 'always four',
    },
    answer: 'A',
  }))
  writeFileSync(join(folder, 'items.jsonl'), items.map((item) => JSON.stringify(item)).join('\n'))
  const text = (value: string) => new TextEncoder().encode(value)
  const sample: Example[] = Array.from({ length: 200 }, (_, row) => ({
    ...{ shard: 0, row, columns: {}, exampleId: null },
    turns: [
      { role: 'user', text: text(`Please tell me about item ${row} of the store room.`) },
      {
        role: 'assistant',
        text: text(`It is kept dry. It weighs ${row} pounds and is checked every spring by the keeper.`),
      },
    ],
  }))
  const context = {
    plan: memoryPlan([]),
    evidence: 'snippet' as const,
    resources: localResources(folder),
    notChecked: () => {},
    warn: () => {},
  }
  const options = { benchmarks: [{ name: 'items', file: 'items.jsonl' }], methods: ['assay', 'ngram-13'] }
  const result = (await selfTest(options, context, sample)) as unknown as {
    byKind: Record<string, { planted: number; found: number; lowRatio: number }>
    untouched: { rows: number; flagged: number }
    methods: Record<string, { byKind: Record<string, { planted: number; found: number }> }>
  }
  expect(result.untouched).toMatchObject({ rows: 200, flagged: 0 })
  for (const kind of ['verbatim', 'embedded', 'answer-side', 're-wrapped']) {
    expect(result.byKind[kind]?.found, kind).toBe(result.byKind[kind]?.planted)
    expect(result.byKind[kind]?.planted).toBeGreaterThan(10)
  }
  expect(result.byKind['short']!.found / result.byKind['short']!.planted).toBeGreaterThan(0.9)
  expect(result.methods['ngram-13']?.byKind['short']?.found).toBe(0)
  expect(await selfTest(options, context, sample)).toEqual(result)
})

test("Wilson's interval", () => {
  const [low, high] = wilson(78, 80)
  expect(low).toBeCloseTo(0.9134, 3)
  expect(high).toBeCloseTo(0.9931, 3)
  expect(wilson(0, 0)).toEqual([0, 1])
})
