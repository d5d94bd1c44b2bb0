import { AuditError } from '../core/error.ts'
import type { TableRef } from '../core/stage.ts'
import type { CardConfig, CardHead } from './card.ts'
import { byCodeUnit } from './source-file.ts'
import type { SourceFile } from './source-file.ts'
import { compileGlob } from './glob.ts'
import type { HubFiles } from './hub-files.ts'

type HubTable = Extract<TableRef, { kind: 'hub' }>

/** Formats rows can be read from. */
const READABLE = /\.(parquet|jsonl?|ndjson|csv|tsv)(\.(gz|zstd?))?$/i

/**
 * Which files of a dataset are a config's split: a glob if one is given, else the card's configs, else the Hub's path
 * patterns, else its own conversion to Parquet. @param converted opens that conversion.
 * @throws AuditError HUB_NOT_FOUND naming what there is instead.
 */
export async function tableFiles(
  hub: HubFiles,
  card: CardHead | null,
  ref: HubTable,
  converted: () => Promise<HubFiles>,
): Promise<{ hub: HubFiles; files: SourceFile[] }> {
  const readable = hub.files.filter(({ path }) => READABLE.test(path))
  const own = ref.glob === undefined ? ownFiles(readable, card, ref) : matching(readable, [ref.glob])
  if (own.length > 0) return { hub, files: own }
  if (ref.glob === undefined && ref.revision === 'main') {
    const other = await converted().catch((error: unknown) => {
      if (error instanceof AuditError && (error.code === 'HUB_REVISION' || error.code === 'HUB_OFFLINE'))
        return null
      throw error
    })
    const files = other === null ? [] : fromConversion(other.files, ref)
    if (other !== null && files.length > 0) return { hub: other, files }
  }
  throw absent(hub, card, ref)
}

function ownFiles(files: readonly SourceFile[], card: CardHead | null, ref: HubTable): SourceFile[] {
  return ref.revision.startsWith('refs/convert/') ? fromConversion(files, ref) : ofConfig(files, card, ref)
}

function matching(files: readonly SourceFile[], patterns: readonly string[]): SourceFile[] {
  const globs = patterns.map(compileGlob)
  return byPath(files.filter(({ path }) => patterns.includes(path) || globs.some((match) => match(path))))
}

function byPath(files: SourceFile[]): SourceFile[] {
  return files.sort((a, b) => byCodeUnit(a.path, b.path))
}

function ofConfig(files: readonly SourceFile[], card: CardHead | null, ref: HubTable): SourceFile[] {
  const configs = card?.configs ?? []
  const usual = configs.find(({ isDefault }) => isDefault) ?? configs.find(({ name }) => name === 'default')
  const config =
    ref.config === undefined ? (usual ?? configs[0]) : configs.find(({ name }) => name === ref.config)
  if (config === undefined) return byConvention(files, ref)
  const named = config.splits.filter(({ split }) => split !== '')
  if (named.length > 0) {
    const patterns = (splits: CardConfig['splits']): SourceFile[] =>
      matching(
        files,
        splits.flatMap((split) => split.patterns),
      )
    const { split: asked } = ref
    if (asked === undefined) return patterns(named)
    const exact = named.filter(({ split }) => split === asked)
    return patterns(exact.length > 0 ? exact : named.filter(({ split }) => otherNames(asked).includes(split)))
  }
  // Patterns without splits: the file names tell.
  const all = matching(
    files,
    config.splits.flatMap(({ patterns }) => patterns),
  )
  return ofSplit(all, ref.split)
}

/** Names of a split in file names; the Hub knows the same. */
const SPLIT_WORDS: readonly (readonly string[])[] = [
  ['train', 'training'],
  ['validation', 'valid', 'dev', 'val'],
  ['test', 'testing', 'eval', 'evaluation'],
]

/** Other names of the split asked for; they count only where its own name is absent. */
function otherNames(split: string): readonly string[] {
  return SPLIT_WORDS.find((words) => words.includes(split)) ?? []
}

/** No card says it: a folder named like the config, and the split's word in the path. */
function byConvention(files: readonly SourceFile[], ref: HubTable): SourceFile[] {
  const { config } = ref
  const inside =
    config === undefined || config === 'default'
      ? files
      : files.filter(({ path }) => path.split('/').slice(0, -1).includes(config))
  return ofSplit(
    inside.length > 0 || config === undefined ? inside : files.filter(({ path }) => hasWord(path, config)),
    ref.split,
  )
}

/** Parquet first: a repository often holds the same rows in a second format. */
function ofSplit(files: readonly SourceFile[], split: string | undefined): SourceFile[] {
  const found = split === undefined ? [...files] : withSplit(files, split)
  const parquet = found.filter(({ path }) => /\.parquet$/i.test(path))
  return byPath(parquet.length > 0 ? parquet : found)
}

function withSplit(files: readonly SourceFile[], split: string): SourceFile[] {
  const having = (words: readonly string[]): SourceFile[] =>
    files.filter(({ path }) => words.some((word) => hasWord(path, word)))
  const exact = having([split])
  if (exact.length > 0) return exact
  const others = having(otherNames(split))
  // As on the Hub: files that name no split at all are the training split.
  return others.length > 0 || split !== 'train' || having(SPLIT_WORDS.flat()).length > 0 ? others : [...files]
}

/** The word stands alone: `test-00000.parquet` and `test/x.csv`, not `latest.csv`. */
function hasWord(path: string, word: string): boolean {
  const text = path.toLowerCase()
  const wanted = word.toLowerCase()
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    if (!isLetter(text[at - 1]) && !isLetter(text[at + wanted.length])) return true
  }
  return false
}

function isLetter(char: string | undefined): boolean {
  return char !== undefined && char >= 'a' && char <= 'z'
}

/** The Hub converts to `CONFIG/SPLIT/0000.parquet`, or `CONFIG/partial-SPLIT/` for large ones. */
function fromConversion(files: readonly SourceFile[], ref: HubTable): SourceFile[] {
  const parquet = files.filter(({ path }) => /^[^/]+\/[^/]+\/[^/]+\.parquet$/.test(path))
  const configs = new Set(parquet.map(({ path }) => path.split('/')[0] ?? ''))
  const config =
    ref.config ?? (configs.has('default') ? 'default' : configs.size === 1 ? [...configs][0] : undefined)
  return byPath(
    parquet.filter(({ path }) => {
      const [own, split] = path.split('/')
      return (
        own === config && (ref.split === undefined || split === ref.split || split === `partial-${ref.split}`)
      )
    }),
  )
}

function absent(hub: HubFiles, card: CardHead | null, ref: HubTable): AuditError {
  const configs = card?.configs.map(({ name, splits }) => {
    const named = splits.map(({ split }) => split).filter((split) => split !== '')
    return named.length === 0 ? name : `${name} (${named.join(', ')})`
  })
  const paths = hub.files.filter(({ path }) => READABLE.test(path)).map(({ path }) => path)
  const there = configs !== undefined && configs.length > 0 ? configs : paths
  return new AuditError('HUB_NOT_FOUND', {
    what: 'The dataset has no such table',
    where: `hf://datasets/${hub.name}@${hub.commit}`,
    expected:
      [ref.config, ref.split, ref.glob].filter((part) => part !== undefined).join(', ') || 'a data file',
    got: there.length === 0 ? 'no file of rows' : there.slice(0, 12).join('; ').slice(0, 400),
    fix: 'Name a config and split that exist, or a glob.',
  })
}
