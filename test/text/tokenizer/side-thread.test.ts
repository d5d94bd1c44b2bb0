import { describe, expect, it } from 'vitest'
import { SideThread } from '../../../src/text/tokenizer/side-thread.ts'

describe('a thread that is waited for', () => {
  it('is not taken to have answered when it wakes the waiting one for nothing', () => {
    const code = `
      port.on('message', (value) => {
        setTimeout(() => Atomics.notify(signal, 0), 30)
        setTimeout(() => answer(2 * value), 90)
      })
      answer('ready')`
    const thread = new SideThread(code, import.meta.url, null)
    expect(thread.wait(60_000)).toBe('ready')
    for (const value of [1, 21, 300]) expect(thread.ask(value, 60_000)).toBe(2 * value)
    thread.close()
  })

  it('is given up when its time is over', () => {
    const thread = new SideThread(`answer('ready'); port.on('message', () => {})`, import.meta.url, null)
    expect(thread.wait(60_000)).toBe('ready')
    expect(thread.ask('x', 50)).toBeUndefined()
  })
})
