/**
 * The words people conclude with. All of it is held against a few dozen characters around a label, in small letters, so
 * that no expression runs over a whole answer.
 */

const any = (...words: readonly string[]): string => `(?:${words.join('|')})`

/** Not behind another letter: "ans" of "means" is none of the words. */
const WORD = '(?:^|[^a-zà-ÿ])'
const ADVERBS = ['therefore', 'thus', 'hence', 'clearly', 'definitely', 'indeed', 'actually', 'most likely']
const SURELY = any(...ADVERBS)
const RIGHT = any('correct', 'right', 'best', 'final', 'appropriate', 'suitable', 'accurate')
const OPTION = any('option', 'choice', 'one', 'alternative', 'response', 'statement', 'selection', 'letter')
const ANSWER = any(
  ...['answers?', 'ans\\.?', 'solution', `${RIGHT} ${OPTION}s?`],
  ...['antwort(?:en)?', 'lösung', 'richtige option'],
  ...['réponses?(?: (?:correcte|exacte|juste|attendue)s?)?', 'bonne option'],
  ...['respuestas?(?: (?:correcta|adecuada)s?)?', 'opci[oó]n(?:es)? correctas?'],
)
const OF_WHAT = '(?: (?:choice|option|key|here|to (?:this|the|your) (?:question|problem))s?)?'
const VERBS = [
  ...['is', 'are', 'would be', 'should be', 'will be', 'must be', 'has to be'],
  ...['ist', 'sind', 'lautet', 'wäre', 'est', 'sont', 'serait', 'es', 'son', 'sería'],
]
const IS = any(...VERBS)
/** Signs that may close what stands before a colon: `"answer": "B"`, "**Answer**: B". */
const CLOSED = '["\'`*_)\\]]{0,4}'
const VERB = any(`(?: ${SURELY})?\\s${IS}\\s?[:：]?(?: ${SURELY},?)?`, '\\s{0,2}[:：=]')

/** "The correct answer is", "Answer:", "die Antwort ist", "la réponse est", "la respuesta es". */
const SAID = `${WORD}${ANSWER}${OF_WHAT}${CLOSED}${VERB}`
const CHOOSE = ['choose', 'select', 'pick', 'go with', 'opt for', 'answer']
const CHOSEN = `${WORD}(?:i|we)(?: would| will|['’](?:d|ll))?(?: ${SURELY})? ${any(...CHOOSE)}`
const CHOOSE_ELSEWHERE = ['ich wähle', 'je choisis', 'elijo', 'escojo', 'richtig ist']
const CHOSEN_ELSEWHERE = `${WORD}${any(...CHOOSE_ELSEWHERE)}`
const MUST = `${WORD}(?:it|answer|this|that|choice|option|one)(?: ${SURELY})? (?:must|has to|can only)(?: ${SURELY})? be`
const SET_APART = any(
  '<(?:final[_ ]?)?(?:answer|ans|choice|option)>',
  '\\\\boxed(?:\\{\\\\(?:text|textbf|mathrm|mathbf))?',
)
const CHINESE = any('答案(?:应该|应)?(?:是|为|選|选)?\\s?[:：]?', '(?:应|故|本题)?选择?')

/** What stands before a label that is stated. */
export const CONCLUDES = new RegExp(
  `(?:${[SAID, CHOSEN, CHOSEN_ELSEWHERE, MUST, SET_APART, CHINESE].join('|')})$`,
)

/** The last words of all of these: a look at one word tells that most labels are not stated. */
export const LAST_WORDS: ReadonlySet<string> = new Set([
  ...[...ADVERBS, ...VERBS, ...CHOOSE, ...CHOOSE_ELSEWHERE].map((words) =>
    words.slice(words.lastIndexOf(' ') + 1),
  ),
  ...['boxed', 'text', 'textbf', 'mathrm', 'mathbf'],
])

/** A word for the label itself: "Option B", "both A and C", "la opción B". */
export const LABEL_NAMES: ReadonlySet<string> = new Set([
  ...['option', 'options', 'choice', 'choices', 'letter', 'letters', 'statement', 'statements', 'both'],
  ...['opción', 'opciones', 'la', 'die', 'aussage'],
])
/** "Answer B": alone at the beginning of a line it is as good as "Answer: B". */
export const ANSWER_NAMES: ReadonlySet<string> = new Set([
  'answer',
  'answers',
  'ans',
  'antwort',
  'réponse',
  'respuesta',
])
/** What may stand before it: "Final answer B". */
export const ANSWER_KINDS: ReadonlySet<string> = new Set(['correct', 'right', 'best', 'final'])

/** A clause with such a word concludes nothing: it denies, supposes, or tells of somebody else. */
export const DENIES = new RegExp(
  `${WORD}${any(
    ...['not', 'never', 'cannot', 'neither', 'nor', 'incorrect', 'wrong', 'false', 'if', 'whether', 'unless'],
    ...['suppose', 'why', 'second', 'other', 'another', 'your', 'their', 'his', 'her', 'some', 'many'],
    ...['previous', 'initial', 'except', 'excluding', 'student', 'students', 'could', 'might', 'may'],
    ...[
      'nicht',
      'kein',
      'keine',
      'falsche',
      'falsch',
      'wenn',
      'pas',
      'fausse',
      'mauvaise',
      'si',
      'incorrecta',
    ],
  )}(?![a-zà-ÿ])|n['’]t(?![a-z])|不|错|非|如果|若`,
)

/** Words a clause may begin with before the label that is right: "therefore B is correct", "only B is correct". */
export const BEGINS_CLAUSE = new RegExp(
  `(?:${WORD}${any(
    ...[
      'therefore',
      'thus',
      'hence',
      'so',
      'then',
      'that',
      'only',
      'because',
      'since',
      'daher',
      'also',
      'donc',
    ],
  )}|[.;:!?,。，；：！？、—–])$`,
)

const REASON = any(
  'because',
  'since',
  'as',
  'due',
  'given',
  'based',
  'which',
  'weil',
  'denn',
  'da',
  'car',
  'porque',
)
/** Ends what is said of a label. */
const STOP = `(?=$|[*_"')\\]]{0,3}(?:$|[.,;:!\\n—–。，]|\\s[-—–(])|\\s${REASON}(?![a-z]))`
const NOUNS = '(?: (?:answer|option|choice|one|response|selection)s?)'

/** "… is correct", "… are the right answers", "… ist richtig", "… est correcte", "… es correcta". */
export const IS_RIGHT = new RegExp(
  `^[*_"')\\]]{0,3}(?:${[
    `\\s${any('is', 'are', 'would be', 'must be')}(?: ${SURELY})?(?: the)?(?: only| single| most)? ${any('correct', 'right')}${NOUNS}?`,
    `\\s${any('is', 'are', 'would be', 'must be')}(?: ${SURELY})? the(?: only| single| best| most)?(?: appropriate| accurate)?${NOUNS}`,
    '\\s(?:ist|sind|wäre)(?: die)? (?:richtige? antworten?|richtig|korrekt)',
    '\\s(?:est|sont)(?: la)? (?:bonne réponse|réponse correcte|correcte?s?|exacte?s?|juste)',
    '\\s(?:es|son)(?: la)? (?:respuesta correcta|opción correcta|correct[ao]s?)',
    '\\s?项?(?:是|为)?正确',
  ].join('|')})${STOP}`,
)

/** "A: incorrect", "A. This is wrong". */
export const IS_WRONG =
  /^[\s.:)*_\]–—-]{0,6}(?:this is |it is |this option is |is |are |was |ist |est |es )?(?:also )?(?:incorrect|wrong|false|not (?:correct|right|the)|ruled out|falsch|faux|incorrect|错|不)/

/** What may stand behind a stated label, when it is no sentence that goes on: "answer is B cells" states none. */
export const ENDS_STATEMENT = new RegExp(
  `^[*_"'\`)\\]}»”’$>]{0,4}?(?:$|\\n|\\r|[*)\\]]\\s|[,;:!。，；：！、．）<}因项]|\\.(?![a-z0-9])|\\s{0,2}[-—–(](?=\\s|[—–(a-z])|\\s{1,3}(?:$|\\n|\\*|<)|\\s${any(REASON, 'and', 'but', 'not', 'rather', 'so')}(?![a-z]))`,
)

/** Species written with the first letter of their genus, which is no label: "C. difficile". */
export const SPECIES = new RegExp(
  `^\\.\\s${any(
    ...['fumigatus', 'baumannii', 'lumbricoides', 'israelii', 'flavus', 'burgdorferi', 'anthracis', 'cereus'],
    ...[
      'fragilis',
      'pertussis',
      'henselae',
      'melitensis',
      'abortus',
      'difficile',
      'diff',
      'perfringens',
      'tetani',
    ],
    ...[
      'botulinum',
      'albicans',
      'auris',
      'glabrata',
      'jejuni',
      'trachomatis',
      'neoformans',
      'diphtheriae',
      'burnetii',
    ],
    ...[
      'coli',
      'faecalis',
      'faecium',
      'histolytica',
      'granulosus',
      'cloacae',
      'latum',
      'hepatica',
      'influenzae',
    ],
    ...['pylori', 'vaginalis', 'lamblia', 'ducreyi', 'aureus', 'pneumoniae'],
  )}(?![a-z])`,
)

/** What parts the label in front of an answer from the rest. */
export const ENDS_FRONT =
  /^(?:[):\]*。．、：）]|\.(?![a-z0-9])|["'`]{1,2}(?:[.,:]|\s*$|\s*\n)|\s*(?:$|\n)|\s[-–—]{1,2}\s|[,，]?\s?(?:because|since|due|as|因)(?![a-z]))/

/** Nothing but the end of the line behind labels that are all there is. */
export const ENDS_LINE = /^[*_)\]"'`.。}$]{0,4}[^\S\n]*(?:$|\n)/
