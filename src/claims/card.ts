import { createHash } from 'node:crypto'
import { parseDocument } from 'yaml'
import type { JsonObject } from '../core/json.ts'
import type { OpenedSource, SourceDocument } from '../core/source.ts'

/** Data files in no component that the record lists by name; the rest are counted. */
const UNASSIGNED_SHOWN = 40
/** Longest front matter that is parsed. */
const MOST_FRONT_MATTER = 1_000_000

type CardSource = Pick<OpenedSource, 'cards' | 'configs' | 'unassigned' | 'overlaps'>

/**
 * What the cards of a source say of themselves, quoted: licences, languages, configurations and how many files each
 * resolves to, and data files that belong to no component. Null when there is no card and nothing to say.
 */
export function describeCard(source: CardSource): JsonObject | null {
  const silent = source.cards.length + source.unassigned.length + source.overlaps.length === 0
  if (silent) return null
  const fronts = source.cards.map((card) => ({ card: card.path, front: frontMatter(card) }))
  return {
    documents: source.cards.map(({ path, text }) => ({
      path,
      bytes: Buffer.byteLength(text),
      sha256: createHash('sha256').update(text).digest('hex'),
    })),
    licences: fronts.flatMap(({ card, front }) =>
      texts(front['license'] ?? front['licence']).map((declared) => ({ card, declared })),
    ),
    languages: fronts.flatMap(({ card, front }) =>
      texts(front['language']).map((language) => ({ card, language })),
    ),
    names: fronts.flatMap(({ card, front }) => texts(front['pretty_name']).map((name) => ({ card, name }))),
    configs: source.configs.map(({ name, card, patterns, paths }) => ({
      name,
      card,
      patterns: [...patterns],
      files: paths.length,
    })),
    overlaps: source.overlaps.map(({ path, components }) => ({ path, components: [...components] })),
    unassigned: {
      count: source.unassigned.length,
      first: [...source.unassigned].sort().slice(0, UNASSIGNED_SHOWN),
    },
  }
}

/** YAML between the first two `---` lines; a card without it, or with broken YAML, declares nothing. */
function frontMatter(card: SourceDocument): Record<string, unknown> {
  const text = card.text.replace(/^\ufeff/, '').replaceAll('\r\n', '\n')
  if (!text.startsWith('---\n')) return {}
  const end = text.indexOf('\n---', 3)
  if (end < 0 || end > MOST_FRONT_MATTER) return {}
  try {
    const value: unknown = parseDocument(text.slice(4, end + 1), { strict: false }).toJS({
      maxAliasCount: 50,
    })
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : {}
  } catch {
    return {}
  }
}

function texts(value: unknown): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value]
  return list.filter((entry): entry is string => typeof entry === 'string' && entry !== '')
}
