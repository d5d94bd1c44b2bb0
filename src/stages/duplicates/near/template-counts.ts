import { u8At } from '../../../text/kernels/heap.ts'
import { WORD_SHIFT } from '../rows.ts'
import type { Rows } from '../rows.ts'
import type { Search } from './search.ts'
import type { Template } from './template-runs.ts'
import { TEMPLATE_WORDS } from './templates.ts'

const BASE = 0x01000193
/** Slots that say whether some template begins like this: most words of the corpus are done with after a look at one. */
const SLOTS = 1 << 16

/**
 * The templates with the number of conversations they stand in. They are listed as whole stretches of template text, and
 * where another template follows or a word more is shared, the stretch is longer: those conversations count too.
 */
export function countConversations(
  templates: readonly Template[],
  { heap, struct, views }: Search,
  { wordStart }: Pick<Rows, 'wordStart'>,
): Template[] {
  const { words } = views
  const first = templates.map(({ row, start }) => (wordStart[row] as number) + start)
  const byStart = new Map<number, number[]>()
  const slots = new Uint8Array(SLOTS)
  for (const [i, at] of first.entries()) {
    let hash = 0
    for (let w = at; w < at + TEMPLATE_WORDS; w++) hash = roll(hash, words[w] as number)
    slots[hash & (SLOTS - 1)] = 1
    byStart.set(hash, [...(byStart.get(hash) ?? []), i])
  }
  const stands = (i: number, at: number, end: number): boolean => {
    const [own, n] = [first[i] as number, (templates[i] as Template).words]
    if (at + n > end) return false
    for (let w = 0; w < n; w++)
      if ((words[own + w] as number) >>> WORD_SHIFT !== (words[at + w] as number) >>> WORD_SHIFT) return false
    return true
  }
  const last = new Int32Array(templates.length).fill(-1)
  const counts = new Uint32Array(templates.length)
  const mayHold = u8At(heap.memory, struct.get('mayHoldTemplate'), views.count)
  for (let v = 0; v < views.count; v++) {
    if (mayHold[v] === 0) continue
    const start = views.start[v] as number
    const end = start + (views.length[v] as number)
    let hash = 0
    for (let w = start; w < end; w++) {
      hash = roll(hash, words[w] as number)
      const at = w - TEMPLATE_WORDS + 1
      if (at > start) hash = (hash - Math.imul(LEAVING, (words[at - 1] as number) >>> WORD_SHIFT)) | 0
      if (at < start || slots[hash & (SLOTS - 1)] === 0) continue
      for (const i of byStart.get(hash) ?? []) {
        if (last[i] === v || !stands(i, at, end)) continue
        last[i] = v
        counts[i] = (counts[i] as number) + 1
      }
    }
  }
  return templates.map((template, i) => ({
    ...template,
    views: Math.max(template.views, counts[i] as number),
  }))
}

/** What a word weighs once TEMPLATE_WORDS more have come. */
const LEAVING = Array.from({ length: TEMPLATE_WORDS }).reduce<number>((power) => Math.imul(power, BASE), 1)

function roll(hash: number, word: number): number {
  return (Math.imul(hash, BASE) + (word >>> WORD_SHIFT)) | 0
}
