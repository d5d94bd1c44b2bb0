import { parse } from 'yaml'
import type { SourceDocument } from '../core/source.ts'

/** What a dataset card's YAML head says that an audit uses. Everything is untrusted. */
export interface CardHead {
  configs: readonly CardConfig[]
  /** Declared licence(s) as written, joined by a comma. */
  licence: string | null
}

export interface CardConfig {
  name: string
  /** Marked `default: true`. */
  isDefault: boolean
  /** Split → patterns; the split of files without one is `train`. */
  splits: readonly { split: string; patterns: readonly string[] }[]
}

const LONGEST_HEAD = 1_000_000
const MOST_CONFIGS = 10_000

/** The YAML between the first two `---` lines; null where there is none. */
export function frontMatter(text: string): string | null {
  const [first = '', ...lines] = text
    .slice(0, LONGEST_HEAD)
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
  const end = lines.findIndex((line) => line.trimEnd() === '---')
  return first.trimEnd() === '---' && end >= 0 ? lines.slice(0, end).join('\n') : null
}

/** Reads a card's head; what cannot be read is said by `warn` and counts as absent. */
export function readCard(card: SourceDocument, warn: (message: string) => void): CardHead {
  const head = parseHead(card, warn)
  return { configs: readConfigs(head['configs'], card.path, warn), licence: readLicence(head) }
}

function parseHead(card: SourceDocument, warn: (message: string) => void): Record<string, unknown> {
  const yaml = frontMatter(card.text)
  if (yaml === null) return {}
  try {
    const value: unknown = parse(yaml, {
      maxAliasCount: 100,
      uniqueKeys: false,
      logLevel: 'silent',
      schema: 'core',
    })
    return isRecord(value) ? value : {}
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n')[0] ?? '').slice(0, 160) : 'unknown'
    warn(`The YAML head of ${card.path} cannot be read and is left out: ${why}`)
    return {}
  }
}

function readConfigs(value: unknown, path: string, warn: (message: string) => void): CardConfig[] {
  if (value === undefined || value === null) return []
  const list = Array.isArray(value) ? value.slice(0, MOST_CONFIGS) : []
  const configs = list.flatMap((entry: unknown) => readConfig(entry))
  if (!Array.isArray(value) || configs.length < value.length)
    warn(
      `Some entries of "configs" in ${path} have no config_name or no readable data_files and are left out.`,
    )
  return configs
}

function readConfig(entry: unknown): CardConfig[] {
  if (!isRecord(entry)) return []
  const name = entry['config_name']
  if (typeof name !== 'string' || name === '') return []
  const folder = typeof entry['data_dir'] === 'string' ? entry['data_dir'].replace(/\/+$/, '') : null
  const isDefault = entry['default'] === true
  const splits = readDataFiles(entry['data_files'])
  if (splits === null) return []
  if (splits.length === 0)
    return [{ name, isDefault, splits: [{ split: '', patterns: [folder === null ? '**' : `${folder}/**`] }] }]
  const inside = (pattern: string): string => (folder === null ? pattern : `${folder}/${pattern}`)
  return [
    {
      name,
      isDefault,
      splits: splits.map(({ split, patterns }) => ({ split, patterns: patterns.map(inside) })),
    },
  ]
}

/** A pattern, a list of patterns, or a list of {split, path}; null when it is something else. */
function readDataFiles(value: unknown): { split: string; patterns: string[] }[] | null {
  if (value === undefined || value === null) return []
  const direct = patternsOf(value)
  if (direct !== null) return [{ split: 'train', patterns: direct }]
  if (!Array.isArray(value)) return null
  const splits: { split: string; patterns: string[] }[] = []
  for (const entry of value as unknown[]) {
    const patterns = isRecord(entry) ? patternsOf(entry['path']) : null
    if (patterns === null || !isRecord(entry)) return null
    splits.push({ split: typeof entry['split'] === 'string' ? entry['split'] : 'train', patterns })
  }
  return splits
}

function patternsOf(value: unknown): string[] | null {
  if (typeof value === 'string') return [value]
  if (!Array.isArray(value) || value.length === 0) return null
  return value.every((item): item is string => typeof item === 'string') ? value : null
}

function readLicence(head: Record<string, unknown>): string | null {
  const value = head['license'] ?? head['licence']
  const list = (Array.isArray(value) ? (value as unknown[]) : [value]).filter(
    (item) => typeof item === 'string',
  )
  if (list.length === 0) return null
  const name = list.length === 1 && list[0] === 'other' ? head['license_name'] : null
  return typeof name === 'string' ? name : list.join(', ')
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
