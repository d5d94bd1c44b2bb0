import { describe, expect, it } from 'vitest'
import { ROW_WORDS, rowHashStage } from '../../src/engine/row-hashes.ts'
import type { Stage } from '../../src/core/stage.ts'
import { batchOf } from '../support/corpus.ts'
import type { MemoryExample } from '../support/corpus.ts'

async function hashes(examples: readonly MemoryExample[]): Promise<string[]> {
  const scanner = await (rowHashStage() as unknown as Stage<null>).scanner(null)
  scanner.scan(batchOf(examples))
  const words = scanner.tally()['words'] as Uint32Array
  return examples.map((_, row) => words.slice(row * ROW_WORDS, row * ROW_WORDS + 4).join())
}

describe('the hash of a row', () => {
  it('tells rows apart by what their turns hold beside what is read of them', async () => {
    const turns = (...unread: (Record<string, string> | undefined)[]): MemoryExample => ({
      turns: unread.map((fields) => ({ role: 'user', text: 'x', ...(fields ? { unread: fields } : {}) })),
    })
    const rows = [
      turns(undefined, undefined),
      turns({ '"name"': '1' }, undefined),
      turns(undefined, { '"name"': '1' }),
      turns({ '"name"': '2' }, undefined),
      turns({ '"weight"': '1' }, undefined),
    ]
    const all = await hashes(rows)
    expect(new Set(all).size).toBe(rows.length)
    expect(await hashes([...rows].reverse())).toEqual([...all].reverse())
  })
})
