/** A decimal number held exactly: digits / 10^scale. */
export interface Decimal {
  digits: bigint
  /** Number of digits after the point, 0 or more. */
  scale: number
}

/** A measured quantity held exactly: a count over 1, or a share. */
export interface Ratio {
  over: bigint
  under: bigint
}

/** A number as a text states it: its value and the band a measurement may lie in, bounds inclusive. */
export interface StatedNumber {
  /** As written, e.g. `about 601k`. */
  text: string
  value: Decimal
  low: Decimal
  high: Decimal
  /** How the band was found, for the report. */
  rule: string
}

export type Placement = 'equal' | 'inside' | 'outside'

const MARKER = /^(?:about|around|approximately|approx\.?|roughly|circa|ca\.?|some|nearly|almost|~|≈|∼|≃)\s*/i
const PLAIN = /^([+-]?)(\d{1,3}(?:[,'_\u00a0\u2009\u202f ]\d{3})+|\d{1,30})(?:\.(\d{1,20}))?$/
const FACTORS: Readonly<Record<string, number>> = {
  k: 3,
  thousand: 3,
  m: 6,
  mio: 6,
  million: 6,
  b: 9,
  bn: 9,
  billion: 9,
  t: 12,
  tn: 12,
  trillion: 12,
}

const EXACT = 'exact'
const HALF_UNIT = 'half a unit of the last non-zero digit'

/**
 * Reads a number as people write it: `216546`, `216,546`, `about 601k`, `~150M`, `36.5%` (0.365).
 * Rounded (marked as such, or written with a magnitude or per cent) means ± half a unit of the last non-zero
 * digit; anything else is exact; a tolerance given by the claim replaces both.
 * @returns null when the text is not such a number.
 */
export function readStated(stated: string | number, tolerance?: string | number): StatedNumber | null {
  const read = typeof stated === 'number' ? plainNumber(stated) : numberInWords(stated)
  if (read === null) return null
  const text = String(stated)
  if (tolerance !== undefined) {
    const given = givenTolerance(tolerance, read.value)
    return given === null ? null : band(text, read.value, given, `given by the claim: ± ${tolerance}`)
  }
  if (!read.rounded) return band(text, read.value, { digits: 0n, scale: 0 }, EXACT)
  return band(text, read.value, halfUnit(read.value), HALF_UNIT)
}

function plainNumber(value: number): { value: Decimal; rounded: boolean } | null {
  return Number.isFinite(value) ? { value: decimalOf(value), rounded: false } : null
}

function numberInWords(text: string): { value: Decimal; rounded: boolean } | null {
  const trimmed = text.trim()
  const unmarked = trimmed.replace(MARKER, '')
  const suffix = /(?:\s*(%)|\s*([a-z]{1,8}))$/i.exec(unmarked)
  const core = suffix === null ? unmarked : unmarked.slice(0, suffix.index)
  const parts = PLAIN.exec(core)
  if (parts === null) return null
  const fraction = parts[3] ?? ''
  const whole = parts[2]!.replace(/\D/g, '')
  const digits = BigInt(`${parts[1] === '-' ? '-' : ''}${whole}${fraction}`)
  const shift = suffix === null ? 0 : suffix[1] === '%' ? -2 : FACTORS[suffix[2]!.toLowerCase()]
  if (shift === undefined) return null
  const rounded = unmarked !== trimmed || suffix !== null
  return { value: scaled(digits, fraction.length - shift), rounded }
}

function givenTolerance(tolerance: string | number, value: Decimal): Decimal | null {
  const read = typeof tolerance === 'number' ? plainNumber(tolerance) : numberInWords(tolerance)
  if (read === null || read.value.digits < 0n) return null
  const relative = typeof tolerance === 'string' && tolerance.trim().endsWith('%')
  if (!relative) return read.value
  const size = value.digits < 0n ? -value.digits : value.digits
  return { digits: size * read.value.digits, scale: value.scale + read.value.scale }
}

function halfUnit(value: Decimal): Decimal {
  let digits = value.digits < 0n ? -value.digits : value.digits
  if (digits === 0n) return scaled(5n, value.scale + 1)
  let unit = 1n
  while (digits % 10n === 0n) {
    digits /= 10n
    unit *= 10n
  }
  return scaled(5n * unit, value.scale + 1)
}

function band(text: string, value: Decimal, tolerance: Decimal, rule: string): StatedNumber {
  const scale = Math.max(value.scale, tolerance.scale)
  const middle = atScale(value, scale)
  const half = atScale(tolerance, scale)
  return { text, value, low: { digits: middle - half, scale }, high: { digits: middle + half, scale }, rule }
}

/** Where a measurement lies; exact arithmetic, so a bound is inside whatever its size. */
export function place(measured: Ratio, stated: StatedNumber): Placement {
  if (compare(measured, stated.value) === 0) return 'equal'
  return compare(measured, stated.low) >= 0 && compare(measured, stated.high) <= 0 ? 'inside' : 'outside'
}

/** Sign of measured − bound. */
export function compare(measured: Ratio, bound: Decimal): number {
  const left = measured.over * 10n ** BigInt(bound.scale)
  const right = bound.digits * measured.under
  return left < right ? -1 : left > right ? 1 : 0
}

export function wholeRatio(count: number): Ratio {
  return { over: BigInt(count), under: 1n }
}

/** A finite number as the exact decimal its shortest spelling denotes. */
export function decimalOf(value: number): Decimal {
  const [mantissa = '0', exponent = '0'] = String(value).split('e')
  const [whole = '0', fraction = ''] = mantissa.split('.')
  return scaled(BigInt(whole + fraction), fraction.length - Number(exponent))
}

export function ratioOf(value: number): Ratio {
  const { digits, scale } = decimalOf(value)
  return { over: digits, under: 10n ** BigInt(scale) }
}

export function toNumber(value: Decimal | Ratio): number {
  if ('under' in value) return Number(value.over) / Number(value.under)
  return Number(value.digits) / 10 ** value.scale
}

function scaled(digits: bigint, scale: number): Decimal {
  return scale >= 0 ? { digits, scale } : { digits: digits * 10n ** BigInt(-scale), scale: 0 }
}

function atScale(value: Decimal, scale: number): bigint {
  return value.digits * 10n ** BigInt(scale - value.scale)
}
