/**
 * The slow, obvious normalisation over strings: the runtime's own NFD, NFC and property classes, one rule a line.
 * Right wherever the runtime's Unicode version knows every character of the text.
 */
import { FOLDINGS } from '../../src/text/unicode/tables.ts'
import { readMappings } from '../../src/text/unicode/decode.ts'

const folding = readMappings(FOLDINGS)

export function referenceNormalise(text: string): string {
  let t = text.replace(/\p{Default_Ignorable_Code_Point}/gu, '')
  t = standIns(t)
  t = standIns(t.normalize('NFD'))
  t = Array.from(t, (c) =>
    c === 'ŉ' ? "'n" : String.fromCodePoint(...(folding.get(c.codePointAt(0)!) ?? [c.codePointAt(0)!])),
  ).join('')
  t = t
    .normalize('NFD')
    .replace(/−(?!\p{Nd})/gu, '-')
    .normalize('NFC')
  return t.replace(/\p{White_Space}+/gu, ' ').replace(/^ | $/g, '')
}

export function standIns(text: string): string {
  return text
    .replace(/[\uff01-\uff5e]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
    .replace(/[‐‑‒–—―⸺⸻︱︲﹘﹣]/g, '-')
    .replace(/[‘’‚‛‹›ʼ]/g, "'")
    .replace(/[“”„‟«»]/g, '"')
    .replace(/\p{White_Space}/gu, ' ')
}
