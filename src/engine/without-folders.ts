import { basename, isAbsolute } from 'node:path'
import { isObject } from '../core/json.ts'
import type { JsonValue } from '../core/json.ts'

/**
 * The value with every absolute path shortened to its last part: where files lie on this machine is no part of
 * an audit (`run.json` keeps it), and the same files elsewhere are the same audit.
 */
export function withoutFolders<T extends JsonValue>(value: T): T {
  return shortened(value) as T
}

function shortened(value: JsonValue): JsonValue {
  if (typeof value === 'string') return shortName(value)
  if (Array.isArray(value)) return value.map((member: JsonValue) => shortened(member))
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, shortened(member)]))
}

function shortName(value: string): string {
  const [, scheme = '', path = ''] = /^(file:)?(.*)$/s.exec(value) ?? []
  return isAbsolute(path) ? `${scheme}${basename(path)}` : value
}

/**
 * A message of the operating system without the folders of this machine: of each absolute path the last part stays.
 * Web addresses and paths relative to the source stay as they are.
 */
export function withoutPaths(message: string): string {
  return message.replace(/(?<![\w:/.~-])\/(?:[^\s'"`/;,]+\/)+([^\s'"`/;,]+)/g, '…/$1')
}
