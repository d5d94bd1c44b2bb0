import type { NotChecked } from '../core/stage.ts'
import type { Measured } from './kind.ts'
import { isObject } from '../core/json.ts'
import { at } from './measure.ts'

/** Stages of a full audit and what is not known without them. */
const WITHOUT_STAGE: Readonly<Record<string, string>> = {
  tokens: 'number of tokens and words',
  duplicates: 'duplicates within and across components',
  contamination: 'benchmark items in the training text',
  quality: 'damaged, empty or truncated turns, languages, answer-letter balance',
  attribution: 'sources of the rows and their licences',
}

/** What no run of this tool can show, whatever its settings. */
const NEVER: readonly NotChecked[] = [
  {
    what: 'clinical correctness of questions and answers',
    why: 'no medical judgement is made on the content',
    needs: 'review of a sample by clinicians, with their agreement reported',
  },
  {
    what: 'patient identifiers and re-identification',
    why: 'the text is not searched for names, dates or record numbers, and no linkage with other data is tried',
    needs: 'a de-identification review, automatic and by hand, and a re-identification risk assessment',
  },
  {
    what: 'paraphrase beyond the methods used',
    why: 'matching works on words and their order; a question told in other words or another language is not found',
    needs: 'a semantic comparison with a measured recall on known paraphrases',
  },
  {
    what: 'private benchmarks',
    why: 'evaluation sets that are not published cannot be compared with',
    needs: 'the items, or a comparison run by those who hold them',
  },
  {
    what: 'removed rows',
    why: 'what was taken out before publication is not in the published data',
    needs: 'the data before removal, or the removed rows with their reasons',
  },
  {
    what: 'legality of use under the licences',
    why: 'licence statements are compared as stated; this is not legal advice',
    needs: 'legal review',
  },
]

/** Everything this run did not look at: what it says itself, what its settings left out, what no run can do. */
export function listNotChecked(measured: Measured): NotChecked[] {
  const list = [
    ...measured.notChecked,
    ...unreadRows(measured),
    ...unrunStages(measured),
    ...unhashed(measured),
    ...NEVER,
  ]
  const seen = new Set<string>()
  return list.filter(({ what, why }) => {
    const key = `${what}\n${why}`
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}

function unreadRows(measured: Measured): NotChecked[] {
  const entries: NotChecked[] = []
  const { limit } = measured.pipeline
  if (limit !== null) {
    entries.push({
      what: 'rows behind those that were read',
      why: `the run was limited to ${limit} rows, an equal share of every component (--limit)`,
      needs: 'a run without --limit',
    })
  }
  for (const failure of measured.failures) {
    entries.push({
      what: failure.path === '' ? failure.message : `rows of ${failure.path}`,
      why: failure.path === '' ? failure.code : failure.message,
      needs: 'a readable file, and a run without --keep-going',
    })
  }
  const unreadable = measured.inputs.reduce(
    (sum, input) => sum + Object.values(input.unreadable).reduce((rows, count) => rows + count, 0),
    0,
  )
  if (unreadable > 0) {
    entries.push({
      what: `text of ${unreadable} unreadable rows`,
      why: 'no turn could be read from them; they are counted and listed as findings',
      needs: 'the rows mended where they come from, or their columns named (shape: in the pipeline)',
    })
  }
  return entries
}

function unrunStages(measured: Measured): NotChecked[] {
  const entries = Object.entries(WITHOUT_STAGE)
    .filter(([stage]) => measured.stages[stage] === undefined)
    .map(([stage, what]) => ({
      what,
      why: `the stage "${stage}" was not part of this run`,
      needs: `"${stage}" under stages: of the pipeline`,
    }))
  const attribution = measured.stages['attribution']?.metrics
  const sources = at(attribution, 'sources')
  const compared =
    isObject(sources) && Object.keys(sources).some((name) => at(sources, name, 'read') === true)
  if (attribution !== undefined && !compared) {
    entries.push({
      what: 'whether rows come from the sources they declare',
      why: 'no upstream set was compared; declared values are tabulated only',
      needs: 'sources: under attribution: of the pipeline, and access to the upstream sets',
    })
  }
  return entries
}

/** Whether anybody declares a hash depends on where the bytes come from; that stands in `inputs[].verified` alone. */
function unhashed(measured: Measured): NotChecked[] {
  const unread = measured.inputs.filter((input) => input.sha256.recomputed === null)
  const entries: NotChecked[] = []
  if (unread.length > 0) {
    entries.push({
      what: `content hashes of ${unread.length} files`,
      why: 'the files were not read whole',
      needs: 'a run that reads every file to its end',
    })
  }
  return entries
}
