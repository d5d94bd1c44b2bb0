/** Numbers as people read them. Written out here because `Intl` output depends on the ICU of the Node build. */

/** 601346 → `601,346`; fractions keep up to `decimals` digits. */
export function count(value: number, decimals = 1): string {
  if (!Number.isFinite(value)) return String(value)
  const text = Number.isInteger(value) ? integer(Math.abs(value)) : Math.abs(value).toFixed(decimals)
  const [whole = '0', fraction] = text.split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',')
  return `${value < 0 ? '−' : ''}${grouped}${fraction === undefined ? '' : `.${fraction}`}`
}

function integer(value: number): string {
  return value < 1e21 ? value.toFixed(0) : value.toExponential(3)
}

/** +12 or −12, zero as 0. */
export function signed(value: number): string {
  return value > 0 ? `+${count(value)}` : count(value)
}

/** 0.1234 → `12.3%`; small ratios keep two significant digits, so that nothing above zero reads as 0%. */
export function percent(ratio: number): string {
  const value = ratio * 100
  if (value === 0 || value === 100) return `${value}%`
  if (value > 99.9 && value < 100) return '> 99.9%'
  if (value < 0.001) return '< 0.001%'
  return value < 0.1 ? `${Number(value.toPrecision(2))}%` : `${value.toFixed(1)}%`
}

/** 1234567 → `1.2 M`; for axis labels, where the exact number stands in the table beside. */
export function short(value: number): string {
  const size = Math.abs(value)
  if (size >= 1e9) return `${trim(value / 1e9)} G`
  if (size >= 1e6) return `${trim(value / 1e6)} M`
  if (size >= 1e4) return `${trim(value / 1e3)} k`
  return count(value)
}

/** 1234567 → `1.2 MB` (decimal units). */
export function size(bytes: number): string {
  if (bytes >= 1e9) return `${trim(bytes / 1e9)} GB`
  if (bytes >= 1e6) return `${trim(bytes / 1e6)} MB`
  if (bytes >= 1e3) return `${trim(bytes / 1e3)} kB`
  return `${bytes} B`
}

function trim(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(1).replace(/\.0$/, '')
}

/** `1 row`, `2 rows`. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`
}
