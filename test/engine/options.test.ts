import { describe, expect, it } from 'vitest'
import { settingsOf } from '../../src/engine/options.ts'
import { pipelineOf } from '../../src/engine/pipeline.ts'
import { audit } from '../../src/engine/run.ts'

describe('options of an audit', () => {
  const loaded = pipelineOf({ name: 'p', source: 'nothing', stages: {} }, '/')

  it.each([0, -1, 1.5, NaN, Infinity, 257])('%s workers are an error at once', async (workers) => {
    await expect(audit(loaded, { workers, out: null })).rejects.toMatchObject({
      code: 'USAGE',
      detail: {
        what: 'The option "workers" cannot be used',
        expected: 'a whole number from 1 to 256',
        got: String(workers),
      },
    })
  })

  it('other numbers nothing can be done with are errors too', () => {
    for (const limit of [0, -3, 2.5, NaN])
      expect(() => settingsOf({ limit }, 'p')).toThrow(/"limit" cannot be used/)
    for (const memoryBytes of [0, -1, NaN])
      expect(() => settingsOf({ memoryBytes }, 'p')).toThrow(/"memoryBytes" cannot be used/)
    expect(settingsOf({ workers: 256, limit: null, memoryBytes: 1 }, 'p')).toMatchObject({ workers: 256 })
  })
})
