import { describe, expect, it } from 'vitest'
import { decimalOf, place, ratioOf, readStated, toNumber, wholeRatio } from '../../src/claims/number.ts'

function bandOf(text: string | number, tolerance?: string | number): [number, number] | null {
  const number = readStated(text, tolerance)
  return number === null ? null : [toNumber(number.low), toNumber(number.high)]
}

describe('stated numbers', () => {
  it.each([
    ['about 601k', 600_500, 601_500],
    ['~150M', 145_000_000, 155_000_000],
    ['~ 150 million', 145_000_000, 155_000_000],
    ['about 601,000', 600_500, 601_500],
    ['≈1.5B', 1_450_000_000, 1_550_000_000],
    ['about 1.50M', 1_450_000, 1_550_000],
    ['roughly 600k', 550_000, 650_000],
    ['36.5%', 0.3645, 0.3655],
    ['approximately 0.36', 0.355, 0.365],
    ['about 7', 6.5, 7.5],
    ['24 thousand', 23_500, 24_500],
  ])('%s stands for [%d, %d]', (text, low, high) => {
    expect(bandOf(text)).toEqual([low, high])
  })

  it.each([216_546, '216,546', '216546', "216'546", '216 546'])('%s is exact', (text) => {
    expect(bandOf(text)).toEqual([216_546, 216_546])
    expect(place(wholeRatio(216_546), readStated(text)!)).toBe('equal')
    expect(place(wholeRatio(216_547), readStated(text)!)).toBe('outside')
  })

  it.each(['', 'many', '1,23', '12,34', 'about', '1e5', '5 apples', '--3', 'NaN'])(
    '%j is no number',
    (text) => {
      expect(readStated(text)).toBeNull()
    },
  )

  it('includes its bounds and nothing beyond them', () => {
    const number = readStated('about 601k')!
    expect(place(wholeRatio(600_500), number)).toBe('inside')
    expect(place(wholeRatio(601_500), number)).toBe('inside')
    expect(place(wholeRatio(600_499), number)).toBe('outside')
    expect(place(wholeRatio(601_501), number)).toBe('outside')
    expect(place(wholeRatio(601_000), number)).toBe('equal')
  })

  it('holds a third exactly: a share on the bound is inside, one row further is not', () => {
    const number = readStated('33.3%', 0.0003)!
    expect(place({ over: 3333n, under: 10_000n }, number)).toBe('inside')
    expect(place({ over: 3334n, under: 10_000n }, number)).toBe('outside')
  })

  it('takes the tolerance a claim gives', () => {
    expect(bandOf('about 601k', 1000)).toEqual([600_000, 602_000])
    expect(bandOf(1000, '2%')).toEqual([980, 1020])
    expect(bandOf('~150M', 0)).toEqual([150_000_000, 150_000_000])
  })

  it('agrees with scaled integers on random decimals', () => {
    let seed = 7
    const next = (): number => (seed = (seed * 48_271) % 2_147_483_647)
    for (let round = 0; round < 2000; round++) {
      const digits = (next() % 99_999) + 1
      const places = next() % 5
      const text = (digits / 10 ** places).toFixed(places)
      const number = readStated(`about ${text}`)!
      // The slow way: strip zeros from the integer of the digits, half of that unit on each side, in units of 10^-6.
      let unit = 1
      let left = digits
      while (left % 10 === 0) {
        left /= 10
        unit *= 10
      }
      const factor = 10 ** (6 - places)
      expect(place(ratioOf((digits * factor + (unit * factor) / 2) / 1e6), number)).not.toBe('outside')
      expect(Number(number.low.digits) / 10 ** number.low.scale).toBeCloseTo(
        (digits - unit / 2) / 10 ** places,
        9,
      )
    }
  })

  it('reads the shortest spelling of a double exactly', () => {
    expect(decimalOf(0.1)).toEqual({ digits: 1n, scale: 1 })
    expect(decimalOf(1e21)).toEqual({ digits: 10n ** 21n, scale: 0 })
    expect(decimalOf(-2.5e-7)).toEqual({ digits: -25n, scale: 8 })
  })
})
