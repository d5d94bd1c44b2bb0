import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { eachOf } from '../../src/io/each-of.ts'

describe('work on every item', () => {
  it('answers in the order of the items and does no more at a time than it may', async () => {
    let [running, most] = [0, 0]
    const answers = await eachOf([30, 5, 20, 1, 10], 2, async (ms, index) => {
      most = Math.max(most, ++running)
      await sleep(ms)
      running--
      return index
    })
    expect(answers).toEqual([0, 1, 2, 3, 4])
    expect(most).toBe(2)
  })

  it.each([
    ['the first item fails last', [40, 1, 20]],
    ['the last item fails last', [1, 20, 40]],
  ])('tells of the first item that fails: %s', async (_, times) => {
    const begun: number[] = []
    const failed = eachOf([...times, 0, 0, 0], 3, async (ms, index) => {
      begun.push(index)
      await sleep(ms)
      throw new Error(`item ${index}`)
    })
    await expect(failed).rejects.toThrow('item 0')
    expect(begun).toEqual([0, 1, 2])
  })

  it('gives nothing for nothing', async () => {
    expect(await eachOf([], 4, () => Promise.reject(new Error('never called')))).toEqual([])
  })
})
