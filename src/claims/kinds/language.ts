import { z } from 'zod'
import { defineKind } from '../kind.ts'
import { scriptCounts } from '../measure-quality.ts'
import { isObject } from '../../core/json.ts'
import { at, componentsOf, obstaclesOf, stageOf } from '../measure.ts'
import { show } from '../quantity.ts'
import type { Measured, Part } from '../kind.ts'
import { compose, weaken } from '../verdict.ts'
import { COMPONENTS } from './fields.ts'

/** Writing systems (ISO 15924 long names) of the languages that are told apart by them. */
const SCRIPT_OF: Readonly<Record<string, readonly string[]>> = {
  ar: ['Arabic'],
  bg: ['Cyrillic'],
  el: ['Greek'],
  fa: ['Arabic'],
  he: ['Hebrew'],
  hi: ['Devanagari'],
  ja: ['Hiragana', 'Katakana', 'Han'],
  ko: ['Hangul'],
  ru: ['Cyrillic'],
  th: ['Thai'],
  uk: ['Cyrillic'],
  ur: ['Arabic'],
  zh: ['Han'],
}

/** "English": what the card declares, and whether the writing systems found agree. */
export const language = defineKind({
  name: 'language',
  title: 'Languages of the text',
  keys: {
    languages: z.array(z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]+)*$/, 'a BCP 47 tag such as "en"')).min(1),
    smallestShare: z
      .number()
      .min(0)
      .max(1)
      .default(0.95)
      .describe('Share of the text in their writing systems'),
    components: COMPONENTS,
  },
  judge(body, { measured }) {
    const components = componentsOf(body.components, measured)
    const parts = [onCard(body.languages, measured), inText(body, components, measured)]
    const judged = compose(parts, {
      stated: body.languages,
      measured: scriptCounts(components, measured),
      tolerance: { smallestShare: body.smallestShare },
    })
    return weaken(judged, obstaclesOf(components, measured))
  },
})

function onCard(languages: readonly string[], measured: Measured): Part {
  const declared = at(measured.card, 'languages')
  const listed = Array.isArray(declared)
    ? declared.filter(isObject).map((entry) => String(at(entry, 'language')))
    : []
  const name = 'declared on the card'
  if (listed.length === 0)
    return { name, verdict: 'not-verifiable', because: 'the card declares no language' }
  const same = [...new Set(listed)].sort().join() === [...languages].sort().join()
  return {
    name,
    verdict: same ? 'verified' : 'contradicted',
    because: `the card declares ${listed.join(', ')}`,
    measured: listed,
    stands: true,
  }
}

function inText(
  body: { languages: readonly string[]; smallestShare: number },
  components: readonly string[],
  measured: Measured,
): Part {
  const name = 'writing system of the text'
  const stage = stageOf('quality', measured)
  if ('missing' in stage) return { name, verdict: 'not-checked', because: stage.missing }
  const counts = scriptCounts(components, measured)
  const total = Object.values(counts ?? {}).reduce((sum, count) => sum + count, 0)
  if (counts === null || total === 0) return { name, verdict: 'undetermined', because: 'no letter was found' }
  const wanted = new Set(body.languages.flatMap((tag) => SCRIPT_OF[tag.split('-')[0]!] ?? ['Latin']))
  const inside = Object.entries(counts).reduce(
    (sum, [script, count]) => sum + (wanted.has(script) ? count : 0),
    0,
  )
  const share = inside / total
  const found = `${show(share * 100)}% of the text is written in ${[...wanted].join(', ')}`
  if (share < body.smallestShare)
    return { name, verdict: 'contradicted', because: found, measured: share, stands: true }
  const because = `${found}; a writing system agrees with a language and does not prove it`
  return { name, verdict: 'within-tolerance', because, measured: share }
}
