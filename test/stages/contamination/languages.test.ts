/**
 * Invented examination items in other languages than English: as they are, with a few words edited, and with the one thing
 * changed that makes another question of them.
 */
import { describe, expect, test } from 'vitest'
import { classOf, finder } from './finder.ts'
import type { Item } from './finder.ts'

type Swap = readonly [from: string, to: string]

interface Entry {
  language: string
  told: string
  ask: string
  options: readonly string[]
  /** Each makes another question, by what it changes. */
  others: Readonly<Record<string, Swap>>
  /** All together leave it the same question. */
  edits: readonly Swap[]
  /** A short question, and the words that turn it round. */
  short: string
  shortOptions: readonly string[]
  turned: readonly Swap[]
}

const ENTRIES: Entry[] = [
  {
    language: 'German',
    told: 'Eine 46-jährige Glasbläserin kommt wegen seit drei Wochen zunehmender Atemnot in die Ambulanz. Sie hat kein Fieber. Der Blutdruck beträgt 150/90 mmHg. Über der rechten Lunge ist das Atemgeräusch vermindert. Sie nimmt täglich 20 mg Ramipril ein.',
    ask: 'Welche Diagnose ist am wahrscheinlichsten?',
    options: ['Pleuraerguss', 'Lungenembolie', 'Asthma bronchiale', 'Spannungspneumothorax'],
    others: {
      number: ['20 mg', '80 mg'],
      side: ['rechten', 'linken'],
      negation: ['kein Fieber', 'Fieber'],
      opposite: ['vermindert', 'verstärkt'],
      ask: ['Diagnose ist am wahrscheinlichsten', 'Therapie kommt als Nächstes in Frage'],
    },
    edits: [
      ['zunehmender', 'schlimmer werdender'],
      ['in die Ambulanz', 'in die Praxis'],
      ['beträgt', 'liegt bei'],
    ],
    short: 'Welche Aussage zur Behandlung des Hafenfiebers trifft zu?',
    shortOptions: ['Bettruhe genügt', 'Chinin wirkt rasch', 'Jod ist entbehrlich', 'Eis verschlimmert es'],
    turned: [
      ['trifft zu', 'trifft nicht zu'],
      ['Welche Aussage', 'Welche falsche Aussage'],
    ],
  },
  {
    language: 'French',
    told: "Un marin de 58 ans consulte pour une douleur de l'épaule gauche apparue il y a quatre jours. Il n'a pas de fièvre. Sa tension artérielle est de 140/85 mmHg et il prend 10 mg de bisoprolol par jour. La force du bras est diminuée.",
    ask: 'Quel est le diagnostic le plus probable ?',
    options: ['Capsulite rétractile', 'Infarctus du myocarde', 'Zona débutant', 'Rupture de la coiffe'],
    others: {
      number: ['10 mg', '40 mg'],
      side: ['gauche', 'droite'],
      negation: ["n'a pas de", 'a de la'],
      opposite: ['diminuée', 'augmentée'],
      ask: ['Quel est le diagnostic le plus probable', 'Quel traitement faut-il proposer en premier'],
    },
    edits: [
      ['consulte', 'se présente'],
      ['apparue il y a', 'survenue depuis'],
      ['prend', 'reçoit'],
    ],
    short: 'Parmi les propositions suivantes sur la fièvre des docks, laquelle est exacte ?',
    shortOptions: ['Le repos suffit', 'La quinine agit vite', "L'iode est inutile", 'La glace aggrave'],
    turned: [
      ['exacte', 'inexacte'],
      ['est exacte', "n'est pas exacte"],
      ['laquelle est exacte', 'toutes sont exactes sauf une, laquelle'],
    ],
  },
  {
    language: 'Spanish',
    told: 'Una pescadora de 39 años acude a urgencias por cefalea intensa desde hace dos días. No tiene fiebre. La presión arterial es de 170/100 mmHg y toma 5 mg de amlodipino al día. La fuerza del brazo derecho está disminuida.',
    ask: '¿Cuál es el diagnóstico más probable?',
    options: ['Ictus isquémico', 'Migraña con aura', 'Meningitis vírica', 'Trombosis de senos'],
    others: {
      number: ['5 mg', '25 mg'],
      side: ['derecho', 'izquierdo'],
      negation: ['No tiene', 'Tiene'],
      opposite: ['disminuida', 'aumentada'],
      ask: ['Cuál es el diagnóstico más probable', 'Qué tratamiento se debe iniciar primero'],
    },
    edits: [
      ['acude a', 'llega a'],
      ['intensa', 'fuerte'],
      ['toma', 'recibe'],
    ],
    short: 'Respecto a la fiebre de los muelles, señale la respuesta correcta:',
    shortOptions: ['Basta el reposo', 'La quinina actúa pronto', 'El yodo sobra', 'El hielo la empeora'],
    turned: [
      ['correcta', 'incorrecta'],
      ['señale la respuesta correcta', 'todas son correctas excepto una, señálela'],
    ],
  },
  {
    language: 'Chinese',
    told: '患者，男，56岁，渔民，因左侧胸痛伴咳嗽6天就诊。无发热。血压130/80mmHg，每日服用阿司匹林100mg。听诊呼吸音减弱。',
    ask: '最可能的诊断是什么？',
    options: ['胸腔积液', '肺栓塞', '支气管哮喘', '张力性气胸'],
    others: {
      number: ['100mg', '300mg'],
      side: ['左侧', '右侧'],
      negation: ['无发热', '有发热'],
      opposite: ['减弱', '增强'],
      ask: ['最可能的诊断', '首选的治疗方法'],
    },
    edits: [
      ['就诊', '来院'],
      ['每日服用', '长期口服'],
    ],
    short: '关于码头热的治疗，下列说法正确的是',
    shortOptions: ['卧床即可', '奎宁起效快', '不需要碘剂', '冰敷会加重'],
    turned: [
      ['正确的是', '不正确的是'],
      ['正确的是', '错误的是'],
    ],
  },
]

const FIRM = ['exact-match', 'near-match', 'options-shuffled', 'question-match', 'question-and-answer']

const items = ENTRIES.flatMap(({ language, told, ask, options, short, shortOptions }): Item[] => [
  item(`${language} long`, language === 'Chinese' ? told + ask : `${told} ${ask}`, options),
  item(`${language} short`, short, shortOptions),
])

function item(id: string, question: string, options: readonly string[]): Item {
  return { id, question, options: Object.fromEntries(options.map((o, i) => ['ABCD'[i], o])), answer: 'A' }
}

const { find } = finder(items)
const byId = (id: string): Item => items.find((one) => one.id === id) as Item

async function verdict(id: string, swaps: readonly Swap[], list: boolean): Promise<string | null> {
  const { question, options } = byId(id)
  const changed = swaps.reduce((text, [from, to]) => {
    expect(text).toContain(from)
    return text.replace(from, to)
  }, question)
  const listed = Object.entries(options).map(([label, text]) => `${label}. ${text}`)
  const row = list ? [changed, ...listed].join('\n') : changed
  return classOf(
    await find([
      ['user', row],
      ['assistant', '42'],
    ]),
    byId(id),
  )
}

describe.each(ENTRIES)('$language', ({ language, others, edits, turned }) => {
  const [long, short] = [`${language} long`, `${language} short`]

  test('the item as it is', async () => {
    for (const id of [long, short]) {
      expect(await verdict(id, [], true)).toBe('exact-match')
      expect(await verdict(id, [], false)).toBe('question-match')
    }
  })

  test('a few words in other words', async () => {
    expect(await verdict(long, edits, true)).toBe('near-match')
    expect(await verdict(long, edits, false)).toBe('question-match')
    for (const edit of edits) expect(await verdict(long, [edit], true)).toBe('near-match')
  })

  test.each(Object.entries(others))('another %s', async (_, swap) => {
    for (const list of [true, false]) expect(FIRM).not.toContain(await verdict(long, [swap], list))
  })

  test.each(turned)('a short question turned round: %s → %s', async (...swap) => {
    for (const list of [true, false]) expect(FIRM).not.toContain(await verdict(short, [swap], list))
  })
})
