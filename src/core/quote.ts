import { hash } from 'node:crypto'
import type { EvidenceLevel } from './finding.ts'

/** Longest quotation at level `snippet`, in UTF-16 code units. */
export const SNIPPET_LENGTH = 300

/** A piece of corpus or benchmark text as evidence shows it. Offsets are bytes of the turn or field it was cut from. */
export interface Quotation {
  start: number
  end: number
  /** The text, shortened around its middle at level `snippet`; absent at level `hash`. */
  text?: string
  /** sha256 of the bytes [start, end), so that a reader with the data can check the place. */
  sha256: string
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** Cuts bytes [start, end) out of a text as the evidence level allows. */
export function quote(bytes: Uint8Array, start: number, end: number, level: EvidenceLevel): Quotation {
  const cut = bytes.subarray(start, end)
  const sha256 = hash('sha256', cut)
  if (level === 'hash') return { start, end, sha256 }
  const text = decoder.decode(cut)
  return { start, end, sha256, text: level === 'full' ? text : shorten(text) }
}

/** At most SNIPPET_LENGTH units, the middle replaced by an ellipsis; never cuts a surrogate pair. */
export function shorten(text: string, length = SNIPPET_LENGTH): string {
  if (text.length <= length) return text
  const half = (length - 3) >> 1
  return `${wellFormedEnd(text.slice(0, half))} … ${wellFormedStart(text.slice(text.length - half))}`
}

function wellFormedEnd(text: string): string {
  const last = text.charCodeAt(text.length - 1)
  return last >= 0xd800 && last <= 0xdbff ? text.slice(0, -1) : text
}

function wellFormedStart(text: string): string {
  const first = text.charCodeAt(0)
  return first >= 0xdc00 && first <= 0xdfff ? text.slice(1) : text
}
