import { hash } from 'node:crypto'
import { ROLE_CODE, TURN_FLAG } from '../core/example.ts'
import { JsonBytes } from './json-bytes.ts'
import { labelOf } from './roles.ts'
import type { TurnBuilder } from './turn-builder.ts'
import { writeJson } from './value-json.ts'

/**
 * What a turn holds beside its role and its content, read the same way from every format. Reasoning becomes a block in
 * front of the content, calls become text behind it, and whatever else stands there is noted as not read.
 */

/** A field of a turn as a parser of JSON gives its value; `null` where it holds none. */
export interface TurnField {
  name: string
  value: unknown
}

/** Fields of an assistant's reasoning, in order of preference: the first that holds text is read. */
const REASONING = ['reasoning_content', 'reasoning', 'thinking']
/** Fields of what a turn calls. */
const CALLS: ReadonlySet<string> = new Set(['tool_calls', 'function_call'])
/** What a call has beside its name and arguments that says nothing of its own. */
const CALL_KIND = 'function'

/** The block as the chat templates of reasoning models write it; stages set it apart from the answer by its tag. */
const OPEN = '<think>\n'
const CLOSE = '\n</think>\n\n'

const scratch = new JsonBytes(1 << 12)

/** The field a turn's reasoning is read from: its place among the fields, by `isText`; −1 where there is none. */
export function reasoningField(
  role: number,
  fields: readonly { name: string }[],
  isText: (index: number) => boolean,
): number {
  if (role !== ROLE_CODE.assistant) return -1
  for (const name of REASONING) {
    const index = fields.findIndex((field) => field.name === name)
    if (index >= 0 && isText(index)) return index
  }
  return -1
}

/** Writes the block of reasoning whose text `write` adds. */
export function writeReasoning(out: TurnBuilder, write: () => void): void {
  out.text(OPEN)
  write()
  out.text(CLOSE)
}

/**
 * Adds the calls among the fields to the turn's text and notes the others as not read.
 * @param place bytes of the turn's text in front of its content, and whether a text was ill-formed where it was read from.
 * @returns whether a call was added.
 */
export function readFields(
  fields: readonly TurnField[],
  { contentStart, isDamaged }: { contentStart: number; isDamaged: (text: string) => boolean },
  out: TurnBuilder,
): boolean {
  const kept = fields
    .map(({ name, value }) => ({ name, value: withoutNulls(value) }))
    .filter(({ value }) => holdsSomething(value))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  let begun = out.turnSize > contentStart
  let called = false
  for (const { name, value } of kept) {
    if (!CALLS.has(name)) {
      noteUnread(name, value, out)
      continue
    }
    for (const [i, call] of (Array.isArray(value) ? (value as unknown[]) : [value]).entries()) {
      if (!holdsSomething(call)) continue
      if (begun) out.text('\n')
      if (holdsText(call, isDamaged)) out.flag(TURN_FLAG.invalidUtf8)
      writeCall(call, out)
      noteBeside(name, call, { index: i, out })
      begun = called = true
    }
  }
  return called
}

interface Call {
  name: string
  arguments: unknown
}

/** Name and arguments, which stand in the call or in its function; null for a call of another form. */
function namedCall(call: unknown): Call | null {
  const holder = isObject(call) && isObject(call['function']) ? call['function'] : call
  if (!isObject(holder) || typeof holder['name'] !== 'string') return null
  const { name, arguments: given } = holder
  const known = ['name', 'type', 'id', 'index']
  // Something else may be what is called with: then all of it is text.
  if (given === undefined && Object.keys(holder).some((member) => !known.includes(member))) return null
  return { name, arguments: given }
}

/**
 * A call as text: the canonical JSON of its name and arguments, or of all of it where it is of a form of its own.
 * Arguments that are JSON in a string stand there as that JSON, not as a string full of backslashes.
 */
function writeCall(call: unknown, out: TurnBuilder): void {
  const named = namedCall(call)
  if (named === null) return out.text(typeof call === 'string' ? call : canonicalText(call))
  const { name, arguments: given } = named
  const shown = typeof given === 'string' && isNestedJson(given) ? given : canonicalText(given)
  out.text(
    given === undefined ? canonicalText({ name }) : `{"arguments":${shown},"name":${canonicalText(name)}}`,
  )
}

/** What a call holds beside its text: its id, for one. */
function noteBeside(field: string, call: unknown, { index, out }: { index: number; out: TurnBuilder }): void {
  if (!isObject(call) || namedCall(call) === null) return
  const inside = isObject(call['function']) ? call['function'] : null
  const note = (members: Record<string, unknown>, path: string, read: readonly string[]): void => {
    for (const name of Object.keys(members).sort())
      if (!read.includes(name) && !(name === 'type' && members[name] === CALL_KIND))
        noteUnread(`${path}.${name}`, [index, members[name]], out)
  }
  note(call, field, inside === null ? ['name', 'arguments'] : ['function'])
  if (inside !== null) note(inside, `${field}.function`, ['name', 'arguments'])
}

/**
 * Notes what of a content part was not read.
 * @param read whether its text was: then only what stands beside the text is noted.
 */
export function notePart(part: unknown, place: { index: number; read: boolean }, out: TurnBuilder): void {
  const value = withoutNulls(part)
  if (!isObject(value)) {
    if (!place.read && holdsSomething(value)) noteUnread('content', [place.index, value], out)
    return
  }
  if (!place.read) {
    const { type } = value
    const name = typeof type === 'string' && type !== '' ? `content.${type}` : 'content'
    if (Object.keys(value).length > 0) noteUnread(name, [place.index, value], out)
    return
  }
  for (const name of Object.keys(value).sort()) {
    if (name === 'text' || name === 'type' || !holdsSomething(value[name])) continue
    noteUnread(`content.${name}`, [place.index, value[name]], out)
  }
}

/** Labels of the names seen last; making one takes longer than finding it. */
const labels = new Map<string, string>()
const KEEP_LABELS = 64

function noteUnread(name: string, value: unknown, out: TurnBuilder): void {
  let label = labels.get(name)
  if (label === undefined) {
    label = labelOf(name)
    if (labels.size >= KEEP_LABELS) labels.clear()
    labels.set(name, label)
  }
  out.unread(label, hash('sha256', canonical(value)))
}

/** Canonical JSON, valid until the next is asked for. */
function canonical(value: unknown): Uint8Array {
  scratch.length = 0
  writeJson(value, null, scratch)
  return scratch.bytes.subarray(0, scratch.length)
}

function canonicalText(value: unknown): string {
  return Buffer.from(canonical(value)).toString('utf8')
}

/** Members that are null are left out: where the fields of a table are declared, every struct has all of them. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutNulls(item))
  if (!isObject(value)) return value
  const kept = Object.create(null) as Record<string, unknown>
  for (const [name, member] of Object.entries(value))
    if (member !== null && member !== undefined) kept[name] = withoutNulls(member)
  return kept
}

function holdsSomething(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return false
  if (Array.isArray(value)) return value.some((item) => item !== null)
  return !isObject(value) || Object.values(value).some(holdsSomething)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A list or an object as JSON. */
function isNestedJson(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Is there a text of a kind in a value? */
function holdsText(value: unknown, isKind: (text: string) => boolean): boolean {
  if (typeof value === 'string') return isKind(value)
  if (Array.isArray(value)) return value.some((item) => holdsText(item, isKind))
  return isObject(value) && Object.values(value).some((member) => holdsText(member, isKind))
}
