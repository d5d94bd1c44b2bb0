import { mkdtempSync, readFileSync, readdirSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Tally } from '../../src/core/tally.ts'
import { readTally, talliesValid, writeTallies } from '../../src/io/tally-store.ts'
import { randomOf } from '../support/random.ts'

const folder = mkdtempSync(join(tmpdir(), 'assay-tally-'))
const file = join(folder, 'one.tally')
const tokens: Tally = {
  counts: Float64Array.of(1.5, -0, 2 ** 53),
  odd: Uint8Array.of(1, 2, 3),
  wide: BigUint64Array.of(0n, 0xffff_ffff_ffff_ffffn),
  small: Int16Array.of(-1),
  empty: new Uint32Array(0),
  names: ['ä', '😀', { deep: [1, null, true] }],
}
const other: Tally = { view: new Uint32Array(Uint32Array.of(9, 8, 7, 6).buffer, 4, 2), rows: 3 }

async function write(): Promise<void> {
  await writeTallies(file, {
    key: 'k',
    tallies: [
      { stage: 'tokens', tally: tokens },
      { stage: 'other', tally: other },
    ],
  })
}

describe('the tally store', () => {
  it('gives back what was put in, stage by stage', async () => {
    await write()
    expect(await readTally(file, 'tokens')).toEqual(tokens)
    expect(await readTally(file, 'other')).toEqual({ view: Uint32Array.of(8, 7), rows: 3 })
    expect(await talliesValid(file, 'k', ['tokens', 'other'])).toBe(true)
  })

  it('leaves nothing beside the file', async () => {
    await write()
    expect(readdirSync(folder)).toEqual(['one.tally'])
  })

  it('is not valid for another key, another stage, or when it is not there', async () => {
    await write()
    expect(await talliesValid(file, 'other key', ['tokens'])).toBe(false)
    expect(await talliesValid(file, 'k', ['no such stage'])).toBe(false)
    expect(await talliesValid(join(folder, 'absent'), 'k', [])).toBe(false)
  })

  it('sees every flipped byte and every truncation', async () => {
    await write()
    const whole = readFileSync(file)
    const random = randomOf(5)
    for (let round = 0; round < 300; round++) {
      const broken = Buffer.from(whole)
      if (round % 3 === 0) {
        writeFileSync(file, whole)
        truncateSync(file, Math.floor(random() * whole.length))
      } else {
        const at = Math.floor(random() * whole.length)
        broken[at] = broken[at]! ^ (1 << Math.floor(random() * 8))
        writeFileSync(file, broken)
      }
      const valid = await talliesValid(file, 'k', ['tokens', 'other'])
      // A flipped bit in the padding of the header changes nothing that is read.
      if (valid) {
        expect(await readTally(file, 'tokens')).toEqual(tokens)
        expect(await readTally(file, 'other')).toEqual({ view: Uint32Array.of(8, 7), rows: 3 })
      }
    }
  })

  it('refuses numbers JSON cannot hold', async () => {
    const tallies = [{ stage: 's', tally: { bad: NaN } }]
    await expect(writeTallies(join(folder, 'nan.tally'), { key: 'k', tallies })).rejects.toThrow(
      /not a JSON number/,
    )
  })

  it('says when there is no room or no folder', async () => {
    const tallies = [{ stage: 's', tally: { x: 1 } }]
    await expect(writeTallies(join(folder, 'no', 'x.tally'), { key: 'k', tallies })).rejects.toMatchObject({
      code: 'OUTPUT',
    })
  })
})
