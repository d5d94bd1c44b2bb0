import { describe, expect, it } from 'vitest'
import type { Stage } from '../../../src/core/stage.ts'
import { DUPLICATES } from '../../../src/stages/duplicates/stage.ts'
import { UnionFind } from '../../../src/text/union-find.ts'
import { chat, memoryRun } from '../../support/corpus.ts'
import type { MemoryExample, MemoryRun } from '../../support/corpus.ts'
import { pick, randomOf } from '../../support/random.ts'
import { searchPassages, shingleSets } from './search-views.ts'

const run = (examples: readonly MemoryExample[]): Promise<MemoryRun> =>
  memoryRun(DUPLICATES.create({}) as unknown as Stage, [{ component: 'c', path: 'c.parquet', examples }], {
    evidence: 'full',
  })

/** Words that never repeat by chance. */
function prose(random: () => number, words: number): string {
  const letters = (): string =>
    Array.from({ length: 7 }, () => String.fromCharCode(97 + Math.floor(random() * 26))).join('')
  return Array.from({ length: words }, letters).join(' ')
}

describe('shared passages', () => {
  it('finds every passage of 50 words or more between different examples, at its full length', async () => {
    const random = randomOf(72)
    const examples: MemoryExample[] = []
    const expected: number[] = []
    for (let i = 0; i < 40; i++) {
      const words = 44 + i
      const passage = prose(random, words)
      for (let copy = 0; copy < 2; copy++) {
        const [before, after] = [
          prose(random, Math.floor(random() * 90) + 60),
          prose(random, Math.floor(random() * 90) + 60),
        ]
        examples.push(chat(`${before} ${passage} ${after}`, prose(random, 80)))
      }
      if (words >= 50) expected.push(words)
    }
    const { findings, metrics } = await run(examples)
    const found = findings.filter(({ rule }) => rule === 'duplicates/shared-passage')
    expect(found.map(({ evidence }) => evidence['words'] as number).sort((a, b) => a - b)).toEqual(expected)
    expect(found.every(({ severity }) => severity === 'info')).toBe(true)
    const texts = found[0]!.evidence['texts'] as { text: string }[]
    expect(texts[0]!.text).toBe(texts[1]!.text)
    expect(texts[0]!.text.split(' ')).toHaveLength(found[0]!.evidence['words'] as number)
    expect((metrics['levels'] as Record<string, unknown>)['shared-passage']).toMatchObject({
      pairs: expected.length,
      longest: 83,
    })
  })
})

describe('the search for shared passages', () => {
  it('connects all views that share one, and finds none that is not there or could be longer', async () => {
    const random = randomOf(74)
    const fresh = (n: number): number[] => Array.from({ length: n }, () => Math.floor(random() * 2 ** 20))
    const shared = Array.from({ length: 40 }, () => fresh(30 + Math.floor(random() * 60)))
    // A view may hold a passage twice, and parts of one.
    const views = Array.from({ length: 120 }, () =>
      Array.from({ length: 3 }, () => {
        const passage = pick(random, shared)
        const from = random() < 0.5 ? 0 : Math.floor(random() * 20)
        return [...fresh(random() < 0.1 ? 0 : 10), ...passage.slice(from), ...fresh(8)]
      }).flat(),
    )
    const found = await searchPassages(views, 50)
    const clusters = new UnionFind(views.length)
    for (const [a, b, startA, startB, words] of found) {
      const [x, y] = [views[a]!, views[b]!]
      expect(words).toBeGreaterThanOrEqual(50)
      expect(x.slice(startA, startA + words)).toEqual(y.slice(startB, startB + words))
      expect(startA === 0 || startB === 0 || x[startA - 1] !== y[startB - 1]).toBe(true)
      expect(x[startA + words] === undefined || x[startA + words] !== y[startB + words]).toBe(true)
      clusters.union(a, b)
    }
    const runs = new Map<string, number>()
    shingleSets(views, 50).forEach((set, view) => {
      for (const run of set) {
        const first = runs.get(run)
        if (first === undefined) runs.set(run, view)
        else expect(clusters.find(first)).toBe(clusters.find(view))
      }
    })
    expect(found.length).toBeGreaterThan(100)
    expect(new Set(found.map((passage) => passage.join())).size).toBe(found.length)
  })
})

describe('templates', () => {
  it('lists the text many different examples share, once', async () => {
    const random = randomOf(73)
    const scaffold = prose(random, 40)
    const examples = Array.from({ length: 80 }, () =>
      chat(`${scaffold} ${prose(random, 30)}`, prose(random, 40)),
    )
    const { findings } = await run(examples)
    const templates = findings.filter(({ rule }) => rule === 'duplicates/template')
    expect(templates).toHaveLength(1)
    expect(templates[0]!.evidence).toMatchObject({ words: 40, conversations: 80 })
    expect((templates[0]!.evidence['texts'] as { text: string }[])[0]!.text).toBe(scaffold)
    expect(findings.filter(({ rule }) => rule === 'duplicates/near-duplicate')).toEqual([])
  })
})
