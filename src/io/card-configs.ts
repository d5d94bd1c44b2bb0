import { AuditError } from '../core/error.ts'
import type { OpenedSource, SourceDocument } from '../core/source.ts'
import { readCard } from './card.ts'
import type { CardConfig } from './card.ts'
import { byCodeUnit, matching } from './source-file.ts'
import type { SourceFile } from './source-file.ts'

export interface ConfigRequest {
  files: readonly SourceFile[]
  cards: readonly SourceDocument[]
  warn(message: string): void
}

/** Every config of every card with the files it resolves to, an empty list included: that is a finding. */
export function resolveConfigs(request: ConfigRequest): OpenedSource['configs'] {
  return request.cards.flatMap((card) =>
    readCard(card, request.warn).configs.map((config) => resolveConfig(request, card.path, config)),
  )
}

function resolveConfig(
  request: ConfigRequest,
  card: string,
  config: CardConfig,
): OpenedSource['configs'][number] {
  const patterns = config.splits.flatMap((split) => split.patterns)
  const folder = card.includes('/') ? card.slice(0, card.lastIndexOf('/') + 1) : ''
  return { name: config.name, card, patterns, paths: resolvePatterns(request, patterns, folder) }
}

/** Patterns of a card in a folder are relative to that folder, or, as older cards have it, to the root. */
function resolvePatterns(request: ConfigRequest, patterns: readonly string[], folder: string): string[] {
  try {
    const own =
      folder === ''
        ? []
        : matching(
            request.files,
            patterns.map((pattern) => folder + pattern),
          )
    const files = own.length > 0 ? own : matching(request.files, patterns)
    return files.map(({ path }) => path).sort(byCodeUnit)
  } catch (error) {
    if (!(error instanceof AuditError)) throw error
    request.warn(`A pattern of a card is left out: ${error.message}`)
    return []
  }
}
