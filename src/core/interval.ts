/** The 97.5 % point of the normal distribution: two sides leave 95 % between them. */
const Z = 1.959963984540054

/**
 * Wilson's 95 % interval of a share: `hits` of `all`, both counts; [0, 1] when nothing was counted.
 * E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).
 */
export function wilson(hits: number, all: number): [lowRatio: number, highRatio: number] {
  if (all === 0) return [0, 1]
  const ratio = hits / all
  const scale = 1 + (Z * Z) / all
  const centre = ratio + (Z * Z) / (2 * all)
  const spread = Z * Math.sqrt((ratio * (1 - ratio)) / all + (Z * Z) / (4 * all * all))
  return [
    hits === 0 ? 0 : Math.max(0, (centre - spread) / scale),
    hits === all ? 1 : Math.min(1, (centre + spread) / scale),
  ]
}
