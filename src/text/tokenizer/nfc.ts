/**
 * Ranges of code points that normalisation to NFC leaves alone whatever stands beside them, under every Unicode
 * version: no decomposition, combining class 0, never the second of a composition. A conservative choice that covers
 * nearly all text; anything else goes to the tokenizer's own normaliser.
 */
const UNTOUCHED: readonly (readonly [number, number])[] = [
  [0x80, 0x2ff],
  [0x400, 0x482],
  [0x5d0, 0x5ea],
  [0x660, 0x66f],
  [0xe01, 0xe30],
  [0x2010, 0x2027],
  [0x2030, 0x205e],
  [0x2070, 0x209c],
  [0x2190, 0x2328],
  [0x2460, 0x2ad0],
  [0x3001, 0x3029],
  [0x3030, 0x3098],
  [0x30a0, 0x30ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xac00, 0xd7a3],
  [0xff01, 0xff60],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6d7],
]

const CHANGES = new Uint8Array(0x110000).fill(1, 0x80)
for (const [from, to] of UNTOUCHED) CHANGES.fill(0, from, to + 1)

/** Whether NFC might change bytes [start, end): false is certain, true is not. */
export function mayChangeUnderNfc(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end;) {
    const a = bytes[at]!
    if (a < 0x80) {
      at++
      continue
    }
    const width = a < 0xe0 ? 2 : a < 0xf0 ? 3 : 4
    let point = a & (0x7f >> width)
    for (let i = 1; i < width; i++) point = (point << 6) | ((bytes[at + i] ?? 0) & 0x3f)
    if (CHANGES[point] !== 0) return true
    at += width
  }
  return false
}
