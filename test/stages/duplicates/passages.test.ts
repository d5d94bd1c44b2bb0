import { describe, expect, it } from 'vitest'
import type { Stage } from '../../../src/core/stage.ts'
import { winnow } from '../../../src/stages/duplicates/near/passages.ts'
import { DUPLICATES } from '../../../src/stages/duplicates/stage.ts'
import { chat, memoryRun } from '../../support/corpus.ts'
import type { MemoryExample, MemoryRun } from '../../support/corpus.ts'
import { randomOf } from '../../support/random.ts'

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

describe('winnowing', () => {
  it('keeps a position of every window, and the same ones wherever the text stands', () => {
    const random = randomOf(71)
    for (let round = 0; round < 300; round++) {
      const values = Uint32Array.from({ length: 1 + Math.floor(random() * 120) }, () =>
        Math.floor(random() * 50),
      )
      const w = 1 + Math.floor(random() * 30)
      const kept: number[] = []
      winnow(values, values.length, w, (at) => kept.push(at))
      const expected = new Set<number>()
      for (let start = 0; start <= Math.max(0, values.length - w); start++) {
        let best = start
        for (let i = start; i < Math.min(values.length, start + w); i++)
          if (values[i]! <= values[best]!) best = i
        expected.add(best)
      }
      expect(kept).toEqual([...expected])
    }
  })
})

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
