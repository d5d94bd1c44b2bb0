import { describe, expect, it } from 'vitest'
import type { Finding } from '../../../src/core/finding.ts'
import type { Stage } from '../../../src/core/stage.ts'
import { crossings } from '../../../src/stages/duplicates/across.ts'
import type { AcrossInput, AcrossLevel } from '../../../src/stages/duplicates/across.ts'
import { ACROSS_LEVELS } from '../../../src/stages/duplicates/across.ts'
import { DUPLICATES } from '../../../src/stages/duplicates/stage.ts'
import { chat, memoryRun } from '../../support/corpus.ts'
import type { MemoryExample, MemoryRunOptions } from '../../support/corpus.ts'
import { randomOf } from '../../support/random.ts'

const WORDS =
  'amber birch cedar delta ember fjord grove heath inlet jetty knoll ledge marsh north oasis pine'.split(' ')

function prose(seed: number, words = 60): string {
  const random = randomOf(seed)
  return Array.from({ length: words }, () => WORDS[Math.floor(random() * WORDS.length)] as string).join(' ')
}

const talk = (seed: number, answer = prose(seed + 5000)): MemoryExample => chat(prose(seed), answer)

/** Rows 0–19 of train; of test: 0 equal, 1 equal but for case, 2 nearly equal, 3 the same prompt, the rest new. */
const train = Array.from({ length: 20 }, (_, i) => talk(i))
const nearly = `${prose(5002).split(' ').slice(0, -4).join(' ')} four new words here`
const test = [
  talk(0),
  chat(prose(1).toUpperCase(), prose(5001)),
  talk(2, nearly),
  talk(3, prose(777)),
  talk(100),
  talk(101),
]

function named(prefix: string, examples: readonly MemoryExample[]): MemoryExample[] {
  return examples.map((example, i) => ({ ...example, columns: { id: `${prefix}-${i}` } }))
}

const run = (options: MemoryRunOptions = {}, splits: readonly (string | undefined)[] = ['test', 'train']) =>
  memoryRun(
    DUPLICATES.create({}) as unknown as Stage,
    [
      { component: 'c', path: 'data/test.parquet', examples: named('e', test), ...split(splits[0]) },
      { component: 'c', path: 'data/train.parquet', examples: named('t', train), ...split(splits[1]) },
    ],
    options,
  )
const split = (name: string | undefined): { split?: string } => (name === undefined ? {} : { split: name })

const overlap = (findings: readonly Finding[]): [number, number, string][] =>
  findings
    .filter(({ rule }) => rule === 'duplicates/split-overlap')
    .map(({ place, evidence }) =>
      place.kind === 'pair' ? [place.b.row, place.a.row, evidence['level'] as string] : [-1, -1, ''],
    )

describe('rows of one split in another', () => {
  it('are found at every level, each once, with the place in both splits', async () => {
    const { findings, result } = await run()
    expect(overlap(findings)).toEqual([
      [0, 0, 'conversation-exact'],
      [1, 1, 'normalised-exact'],
      // The prompt is the same: listed as such, and counted among the repeats.
      [2, 2, 'same-prompt'],
      [3, 3, 'same-prompt'],
    ])
    expect(result.metrics['splits']).toMatchObject({
      splits: { train: { rows: 20 }, test: { rows: 6 } },
      rowsWithoutSplit: 0,
      pairs: [{ a: 'train', b: 'test', inA: { rows: 4, repeats: 3 }, inB: { rows: 4, repeats: 3 } }],
    })
    for (const { place } of findings.filter(({ rule }) => rule === 'duplicates/split-overlap')) {
      if (place.kind === 'pair')
        expect([place.a.path, place.b.path]).toEqual(['data/train.parquet', 'data/test.parquet'])
    }
  })

  it('are the same for any cut', async () => {
    expect(await run({ sliceRows: 2, batchRows: 1 })).toEqual(await run())
  })

  it.each([
    ['one split', ['train', 'train']],
    ['no split', [undefined, undefined]],
    ['a split and files without one', ['test', undefined]],
  ] as const)('are not looked for with %s', async (_, splits) => {
    const { findings, result } = await run({}, splits)
    expect(overlap(findings)).toEqual([])
    expect(result.metrics['splits']).toBeUndefined()
  })
})

describe('shuffled options in another split', () => {
  const stem = prose(60, 40)
  const asked = (options: readonly string[], answer: string): MemoryExample =>
    chat(`${stem}\n${options.map((text, i) => `${'ABCD'[i]!}. ${text}`).join('\n')}`, `Answer: ${answer}`)
  const one = asked(['birch wood', 'cedar wood', 'pine wood'], 'A')

  it.each([
    ['the same answer, which repeats it', 'C', 1],
    ['another answer, which does not', 'A', 0],
  ])('are listed as such, with %s', async (_, letter, repeats) => {
    const other = asked(['pine wood', 'cedar wood', 'birch wood'], letter)
    const { findings, result } = await memoryRun(DUPLICATES.create({}) as unknown as Stage, [
      { component: 'c', path: 'data/test.parquet', examples: named('e', [one]), split: 'test' },
      { component: 'c', path: 'data/train.parquet', examples: named('t', [other]), split: 'train' },
    ])
    expect(overlap(findings)).toEqual([[0, 0, 'options-shuffled']])
    const counts = { rows: 1, repeats, 'options-shuffled': 1, 'near-duplicate': 0 }
    expect(result.metrics['splits']).toMatchObject({ pairs: [{ inA: counts, inB: counts }] })
  })
})

describe('crossings', () => {
  it('equal a comparison of every row with every other', () => {
    const random = randomOf(17)
    for (let round = 0; round < 60; round++) {
      const input = invented(random)
      const fast = [...crossings(input)].flatMap(([name, list]) =>
        list.map(({ row, level, repeats }) => `${row} ${name} ${level} ${repeats}`),
      )
      expect(fast.sort()).toEqual(slow(input).sort())
    }
  })
})

const ROWS = 24
const KEYS = ACROSS_LEVELS.filter((level) => level !== 'near-duplicate')

/** Random sets, groups per level, and near edges between representatives of the third level. */
function invented(random: () => number): AcrossInput {
  const sets = Array.from({ length: ROWS }, () => Math.floor(random() * 4) - 1)
  const groups = new Map<AcrossLevel, Uint32Array[]>()
  for (const level of KEYS) {
    const members = new Map<number, number[]>()
    for (let row = 0; row < ROWS; row++) {
      const key = Math.floor(random() * 20)
      members.set(key, [...(members.get(key) ?? []), row])
    }
    groups.set(
      level,
      [...members.values()].filter((list) => list.length > 1).map((list) => Uint32Array.from(list)),
    )
  }
  const normalised = groups.get('normalised-exact') ?? []
  const classes = new Map(normalised.map((group) => [group[0] as number, group]))
  const inGroup = new Set(normalised.flatMap((group) => [...group.subarray(1)]))
  const heads = Array.from({ length: ROWS }, (_, row) => row).filter((row) => !inGroup.has(row))
  const edges = Array.from({ length: 6 }, () => ({
    a: heads[Math.floor(random() * heads.length)] as number,
    b: heads[Math.floor(random() * heads.length)] as number,
  })).filter(({ a, b }) => a !== b)
  // Each row names an option, or none.
  const choice = Uint32Array.from({ length: ROWS }, () => Math.floor(random() * 3))
  const answerText = Uint32Array.from({ length: 2 * ROWS }, (_, i) => choice[i >> 1] as number)
  const rows = { count: ROWS, choice, answerText } as never
  return { rows, setOf: (row) => sets[row] as number, groups, edges, classes }
}

function slow({ rows, setOf, groups, edges, classes }: AcrossInput): string[] {
  const whole = (row: number): number[] => [...(classes.get(row) ?? [row])]
  const together = (level: AcrossLevel, x: number, y: number): boolean =>
    level === 'near-duplicate'
      ? edges.some(
          ({ a, b }) =>
            (whole(a).includes(x) && whole(b).includes(y)) || (whole(b).includes(x) && whole(a).includes(y)),
        )
      : (groups.get(level) ?? []).some((group) => group.includes(x) && group.includes(y))
  const repeats = (row: number, other: number, level: AcrossLevel): boolean => {
    if (level !== 'same-prompt' && level !== 'options-shuffled') return true
    // Nearly equal to the first row of the other set in any class it is an edge away from, with no other answer.
    return edges.some(({ a, b }) =>
      [
        [a, b],
        [b, a],
      ].some(([x, y]) => {
        const first = whole(y!).find((one) => setOf(one) === other)
        if (!whole(x!).includes(row) || first === undefined) return false
        const [p, q] = [rows.choice[row]!, rows.choice[first]!]
        return p === 0 || q === 0 || p === q
      }),
    )
  }
  const found: string[] = []
  for (let row = 0; row < ROWS; row++) {
    for (let other = 0; other < 3; other++) {
      if (setOf(row) < 0 || setOf(row) === other) continue
      const level = ACROSS_LEVELS.find((one) =>
        Array.from({ length: ROWS }, (_, y) => y).some((y) => setOf(y) === other && together(one, row, y)),
      )
      if (level === undefined) continue
      found.push(`${row} ${setOf(row)},${other} ${level} ${repeats(row, other, level)}`)
    }
  }
  return found
}
