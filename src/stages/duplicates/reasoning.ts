/** Reasoning blocks some models write before their answer; they are set apart from it. */
const TAGS = ['think', 'thinking', 'reasoning', 'scratchpad']
const encoder = new TextEncoder()
const PAIRS = TAGS.map((tag) => ({ open: encoder.encode(`<${tag}>`), close: encoder.encode(`</${tag}>`) }))

/** The parts of text [start, end) outside reasoning blocks, as byte ranges. An unclosed block runs to the end. */
export function outsideReasoning(
  bytes: Uint8Array,
  start: number,
  end: number,
): { start: number; end: number }[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, end)
  const parts: { start: number; end: number }[] = []
  let from = start
  while (from < end) {
    const block = nextBlock(text, from, end)
    if (block === null) break
    if (block.start > from) parts.push({ start: from, end: block.start })
    from = block.end
  }
  if (from < end || parts.length === 0) parts.push({ start: Math.min(from, end), end })
  return parts
}

function nextBlock(text: Buffer, from: number, end: number): { start: number; end: number } | null {
  // One search for "<" decides for almost every answer that there is none.
  for (let at = text.indexOf(0x3c, from); at >= 0 && at < end; at = text.indexOf(0x3c, at + 1)) {
    const pair = PAIRS.find(({ open }) => at + open.length <= end && startsWith(text, at, open))
    if (pair === undefined) continue
    const close = text.indexOf(pair.close, at + pair.open.length)
    return { start: at, end: close < 0 || close >= end ? end : Math.min(end, close + pair.close.length) }
  }
  return null
}

function startsWith(text: Uint8Array, at: number, prefix: Uint8Array): boolean {
  return prefix.every((byte, i) => text[at + i] === byte)
}
