/** Units per second of the time units a type text names. */
const PER_SECOND = { s: 1n, ms: 1000n, us: 1_000_000n, ns: 1_000_000_000n } as const
export type TimeUnit = keyof typeof PER_SECOND

/** An instant as ISO 8601 in UTC with the digits of its unit; the bare number where no calendar date fits. */
export function timestampText(value: bigint, unit: TimeUnit): string {
  const perSecond = PER_SECOND[unit]
  const fraction = ((value % perSecond) + perSecond) % perSecond
  const seconds = (value - fraction) / perSecond
  if (seconds < -62_167_219_200n || seconds > 253_402_300_799n) return String(value)
  const whole = new Date(Number(seconds) * 1000).toISOString().slice(0, 19)
  const digits = String(perSecond).length - 1
  return digits === 0 ? `${whole}Z` : `${whole}.${String(fraction).padStart(digits, '0')}Z`
}

/** A day number since 1970-01-01 as YYYY-MM-DD. */
export function dateText(days: number): string {
  const ms = days * 86_400_000
  if (!(ms >= -62_167_219_200_000 && ms <= 253_402_300_799_000)) return String(days)
  return new Date(ms).toISOString().slice(0, 10)
}
