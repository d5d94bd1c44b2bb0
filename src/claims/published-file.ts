import { z } from 'zod'
import { canonicalJson } from '../core/json.ts'
import type { JsonObject, JsonValue } from '../core/json.ts'
import type { ClaimInputs, LogRef } from './kind.ts'
import { at } from './measure.ts'
import { show } from './quantity.ts'

/** A log somebody published: its address, and its values or the file itself. */
export const LOG = z.strictObject({
  address: z.string().min(1).describe('Where the log is published'),
  values: z.json().optional().describe('Values quoted from the log'),
  file: z.string().min(1).optional().describe('The log itself, beside the pipeline'),
})
export type PublishedLog = z.output<typeof LOG>

export const IN_LOG = z.strictObject({
  log: z.string(),
  pointer: z.string().describe('JSON pointer into the log; a list or object counts its entries'),
})

/** A number and the words that say where it is from. */
export interface Term {
  value: number
  words: string
}

export interface LogScope {
  logs: Readonly<Record<string, PublishedLog>>
  inputs: ClaimInputs
}

export interface ReadLog {
  content?: JsonValue
  unread?: string
  evidence: { sha256?: string; origin?: string; quoted?: JsonValue; unread?: string }
}

/** The file when it was read, else the values the claim quotes from it. */
export function readLog(name: string, { logs, inputs }: LogScope): ReadLog {
  const log = logs[name]
  if (log === undefined) return { evidence: {} }
  if (log.file === undefined) {
    if (log.values === undefined) return { unread: `no values of ${name} are given`, evidence: {} }
    return { content: log.values as JsonValue, evidence: { quoted: log.values as JsonValue } }
  }
  const file = inputs.logs?.get(log.file)
  if (file === undefined || 'unread' in file) {
    const why = file?.unread ?? 'it was not asked for'
    const unread = `${log.file} could not be read: ${why} (it is published at ${log.address})`
    return { unread, evidence: { unread } }
  }
  const evidence = { sha256: file.sha256, origin: file.origin }
  try {
    return { content: JSON.parse(file.text) as JsonValue, evidence }
  } catch (error) {
    return { unread: `${log.file} is not JSON: ${(error as Error).message}`, evidence }
  }
}

/** What a pointer names in a log, as a number; a list or an object counts its entries. */
export function numberInLog(operand: z.output<typeof IN_LOG>, scope: LogScope): Term | { unread: string } {
  const { content, unread } = readLog(operand.log, scope)
  if (content === undefined) return { unread: unread ?? `no log is called "${operand.log}"` }
  const found = at(content, ...pointerPath(operand.pointer))
  const value = Array.isArray(found)
    ? found.length
    : found !== null && typeof found === 'object'
      ? Object.keys(found).length
      : found
  if (typeof value !== 'number') {
    const got = canonicalJson(found).slice(0, 60)
    return { unread: `${operand.log}${operand.pointer} is ${got}, not a number or a list` }
  }
  return { value, words: `${show(value)} at ${operand.log}${operand.pointer}` }
}

/** Keys and list numbers of a JSON pointer (RFC 6901). */
export function pointerPath(pointer: string): (string | number)[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => {
      const key = part.replaceAll('~1', '/').replaceAll('~0', '~')
      return /^(0|[1-9]\d{0,8})$/.test(key) ? Number(key) : key
    })
}

/** One line of evidence per log: its address, and the hash of its file or what is quoted of it. */
export function logEvidence(scope: LogScope): JsonObject[] {
  return Object.entries(scope.logs).map(([log, { address }]) => ({
    log,
    address,
    ...readLog(log, scope).evidence,
  }))
}

/** Log files the engine should read. */
export function logFiles(logs: Readonly<Record<string, PublishedLog>>): LogRef[] {
  return Object.values(logs).flatMap(({ file }) =>
    file === undefined ? [] : [{ key: file, ref: { kind: 'local' as const, path: file } }],
  )
}
