import { describe, expect, it } from 'vitest'
import { Gate } from '../../src/engine/gate.ts'
import { randomOf } from '../support/random.ts'

const later = (): Promise<void> => new Promise((done) => setImmediate(done))

describe('the gate', () => {
  it('never lets in more than there is room for, and lets everything in', async () => {
    const random = randomOf(3)
    const gate = new Gate(4, 100)
    let [running, used, most, done] = [0, 0, 0, 0]
    await Promise.all(
      Array.from({ length: 200 }, async () => {
        const need = Math.floor(random() * 60)
        await gate.enter(need, async () => {
          running++
          used += need
          most = Math.max(most, running)
          expect(running).toBeLessThanOrEqual(4)
          expect(used).toBeLessThanOrEqual(100)
          for (let i = Math.floor(random() * 4); i >= 0; i--) await later()
          running--
          used -= need
          done++
        })
      }),
    )
    expect(done).toBe(200)
    expect(most).toBeGreaterThan(1)
  })

  it('runs what needs more than there is alone, and tells it what it has', async () => {
    const gate = new Gate(4, 100)
    let running = 0
    const grants: number[] = []
    const work = (need: number) =>
      gate.enter(need, async (granted) => {
        running++
        if (need > 100) expect(running).toBe(1)
        grants.push(granted)
        await later()
        await later()
        running--
      })
    await Promise.all([work(10), work(1000), work(10)])
    expect(grants).toEqual([25, 100, 25])
  })

  it('keeps the order of asking', async () => {
    const gate = new Gate(1, 100)
    const order: number[] = []
    await Promise.all(
      [5, 90, 1, 2].map((need, index) => gate.enter(need, async () => void order.push(index))),
    )
    expect(order).toEqual([0, 1, 2, 3])
  })

  it('goes on after work that failed', async () => {
    const gate = new Gate(1, 1)
    await expect(gate.enter(1, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    await expect(gate.enter(1, () => Promise.resolve(7))).resolves.toBe(7)
  })
})
