import { z } from 'zod'
import type { Judged } from './kind.ts'
import { decimalOf, place, readStated, toNumber } from './number.ts'
import type { Decimal, Ratio, StatedNumber } from './number.ts'

/** A number as it is stated. */
export const STATED = z
  .union([z.number(), z.string()])
  .refine((stated) => readStated(stated) !== null, {
    error: 'a number as stated, e.g. 216546, "216,546", "about 601k", "~150M" or "36.5%"',
  })
  .describe('The number as it is stated; "about", "~", a magnitude or "%" make it a rounded number')

export const TOLERANCE = z
  .union([
    z.number().nonnegative(),
    z.string().regex(/^\d+(\.\d+)?%?$/, 'a number, or per cent of the stated value'),
  ])
  .describe('Replaces the rule for rounded numbers: an absolute number, or "2%" of the stated value')

/** Compares a measured quantity with a stated number. `what` completes "… is N". */
export function judgeQuantity(
  what: string,
  measured: Ratio,
  stated: string | number,
  tolerance?: string | number,
): Judged {
  const number = readStated(stated, tolerance)
  if (number === null) throw new TypeError(`not a stated number: ${String(stated)}`)
  const placement = place(measured, number)
  const value = toNumber(measured)
  return {
    stated: typeof stated === 'number' ? stated : { text: stated, value: toNumber(number.value) },
    measured: value,
    difference: differenceOf(measured, number.value),
    tolerance: { low: toNumber(number.low), high: toNumber(number.high), rule: number.rule },
    verdict:
      placement === 'equal' ? 'verified' : placement === 'inside' ? 'within-tolerance' : 'contradicted',
    because: sentence(what, measured, number, placement),
    evidence: [],
  }
}

/** measured − stated, exact until the last step. */
export function differenceOf(measured: Ratio, stated: Decimal): number {
  const power = 10n ** BigInt(stated.scale)
  return toNumber({
    over: measured.over * power - stated.digits * measured.under,
    under: measured.under * power,
  })
}

function sentence(what: string, measured: Ratio, number: StatedNumber, placement: string): string {
  const found = `${what} is ${show(toNumber(measured))}`
  if (placement === 'equal') return `${found}, as stated`
  const range = `[${show(toNumber(number.low))}, ${show(toNumber(number.high))}]`
  if (placement === 'inside')
    return `${found}, inside ${range}, which "${number.text}" stands for (${number.rule})`
  if (number.rule === 'exact') return `${found}, stated is ${show(toNumber(number.value))}`
  return `${found}, outside ${range}, which "${number.text}" stands for (${number.rule})`
}

/** Digits in groups of three, at most six after the point; independent of the locale. */
export function show(value: number): string {
  const rounded = Number.isInteger(value) ? value : Number(value.toFixed(6))
  const { digits, scale } = decimalOf(rounded)
  const text = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, '0')
  const whole = text.slice(0, text.length - scale).replace(/\B(?=(\d{3})+$)/g, ',')
  const fraction = scale === 0 ? '' : `.${text.slice(text.length - scale)}`
  return `${digits < 0n ? '-' : ''}${whole}${fraction}`
}

/** Names of components as a sentence has them. */
export function inComponents(components: readonly string[], all: boolean): string {
  return all ? 'in the corpus' : `in ${components.join(', ')}`
}
