import { AuditError } from '../core/error.ts'
import type { SourceDocument } from '../core/source.ts'
import { readCard } from './card.ts'
import { matching } from './source-file.ts'

interface File {
  path: string
}

/** Words the Hub's own loader takes for a split when they stand alone in a file or folder name, by split. */
const KEYWORDS: readonly (readonly [split: string, words: readonly string[]])[] = [
  ['train', ['train', 'training']],
  ['validation', ['validation', 'valid', 'dev', 'val']],
  ['test', ['test', 'testing', 'eval', 'evaluation']],
]

/**
 * The split of each file: as a card's configs say it, else by the name of the file, else of its nearest folder
 * (`train-00000-of-00004.parquet`, `data/test/a.jsonl`). A file of two documented splits, or of none, has none.
 */
export function splitsOf(files: readonly File[], cards: readonly SourceDocument[]): Map<string, string> {
  const documented = new Map<string, Set<string>>()
  for (const card of cards) {
    const folder = card.path.includes('/') ? card.path.slice(0, card.path.lastIndexOf('/') + 1) : ''
    for (const config of readCard(card, () => undefined).configs) {
      for (const { split, patterns } of config.splits) {
        if (split === '') continue
        for (const { path } of resolved(files, patterns, folder)) {
          documented.set(path, (documented.get(path) ?? new Set()).add(split))
        }
      }
    }
  }
  const splits = new Map<string, string>()
  for (const { path } of files) {
    const named = documented.get(path)
    const split = named === undefined ? splitOfName(path) : named.size === 1 ? [...named][0] : null
    if (split !== null && split !== undefined) splits.set(path, split)
  }
  return splits
}

function resolved(files: readonly File[], patterns: readonly string[], folder: string): File[] {
  try {
    const own =
      folder === ''
        ? []
        : matching(
            files,
            patterns.map((pattern) => folder + pattern),
          )
    return own.length > 0 ? own : matching(files, patterns)
  } catch (error) {
    // A pattern that is none was said when the components were found.
    if (error instanceof AuditError) return []
    throw error
  }
}

/** The split a path names, from the file name outwards; null when a part names two. */
export function splitOfName(path: string): string | null {
  for (const part of path.toLowerCase().split('/').reverse()) {
    const words = new Set(part.split(/[^a-z]+/))
    const found = KEYWORDS.filter(([, keywords]) => keywords.some((word) => words.has(word)))
    if (found.length > 0) return found.length === 1 ? found[0]![0] : null
  }
  return null
}
