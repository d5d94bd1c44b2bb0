import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createResources } from '../../../src/io/resources.ts'
import type { Stage } from '../../../src/core/stage.ts'
import { openTokenizer, prepareTokenizer } from '../../../src/text/tokenizer/tokenizer.ts'
import { makeTemplateCounter } from '../../../src/stages/tokens/template.ts'
import { TOKENS } from '../../../src/stages/tokens/tokens.ts'
import { openScene } from '../../hub/scene.ts'
import type { Scene } from '../../hub/scene.ts'
import { batchOf, chat, memoryRun } from '../../support/corpus.ts'
import type { MemoryExample, MemoryShard } from '../../support/corpus.ts'
import { FAST } from '../../text/tokenizer/build.ts'
import { memoryResources, official, officialIds } from '../../text/tokenizer/oracle.ts'

const CHATML =
  "{{ bos_token }}{% for m in messages %}{{ '<|im_start|>' + m.role + '\\n' + m.content + '<|im_end|>\\n' }}{% endfor %}"
const SPEC = 'hf:org/chat@main'

const examples: MemoryExample[] = [
  chat('What causes fever?', 'Infection, most often.'),
  { turns: [{ role: 'system', text: 'You are a nurse.' }, ...chat('Why?\n\n', '患者 <|im_end|> 😀').turns] },
]
const shards: MemoryShard[] = [
  { component: 'a', path: 'a.parquet', examples },
  { component: 'b', path: 'b.parquet', examples: [chat('', 'x')] },
]

function chatml(example: MemoryExample): string {
  const turns = example.turns.map(({ role, text }) => `<|im_start|>${role}\n${String(text)}<|im_end|>\n`)
  return `<s>${turns.join('')}`
}

describe('tokens with the chat template', () => {
  let scene: Scene
  beforeEach(async () => void (scene = await openScene()))
  afterEach(() => scene.close())

  const run = (options: object = {}) =>
    memoryRun(
      TOKENS.create({ tokenizers: [SPEC], chatTemplates: [SPEC], ...options }) as unknown as Stage,
      shards,
      {
        resources: createResources({
          folder: scene.folder,
          allowOutside: false,
          offline: false,
          useToken: false,
        }),
      },
    )
  const commit = (files: Record<string, string>) =>
    scene.hub.model('org/chat').commit({ 'tokenizer.json': FAST['llama3']!, ...files })
  const config = (chat_template: unknown) =>
    JSON.stringify({ bos_token: { content: '<s>' }, eos_token: '</s>', chat_template })

  async function expected(of: readonly MemoryExample[]): Promise<number> {
    const oracle = official.Tokenizer.fromString(
      JSON.stringify({ ...JSON.parse(FAST['llama3']!), truncation: null }),
    )
    return (await officialIds(oracle, of.map(chatml))).reduce((sum, ids) => sum + ids.length, 0)
  }

  it.each([
    ['in tokenizer_config.json', { 'tokenizer_config.json': config(CHATML) }],
    [
      'in a list',
      {
        'tokenizer_config.json': config([
          { name: 'tool', template: '' },
          { name: 'default', template: CHATML },
        ]),
      },
    ],
    ['in a file of its own', { 'tokenizer_config.json': config(undefined), 'chat_template.jinja': CHATML }],
  ])('counts what the template %s writes, special tokens and all', async (_, files) => {
    const commitId = commit(files)
    const { metrics, result, notChecked } = await run()
    expect(notChecked).toEqual([])
    expect(metrics['chatTemplate']).toEqual({
      [SPEC]: { a: await expected(examples), b: await expected([chat('', 'x')]) },
    })
    expect(metrics['tokenizers']).toMatchObject({ [SPEC]: { engine: 'assay-bpe', revision: commitId } })
    expect(metrics['definitions']).toContainEqual(
      expect.objectContaining({ scope: 'chat-template', tokenizer: SPEC }),
    )
    expect(result.resources).toContainEqual(expect.objectContaining({ kind: 'chat-template', name: SPEC }))
  })

  it.each([
    ['refuses', "{{ raise_exception('no') }}"],
    ['does not parse', '{% for %}'],
    ['writes without end', '{% for i in range(300) %}{% for j in range(300) %}x{% endfor %}{% endfor %}'],
  ])('is not checked when the template %s, and the other counts stand', async (_, template) => {
    commit({ 'tokenizer_config.json': config(template) })
    const { metrics, notChecked, result } = await run()
    expect(notChecked.map((entry) => entry.what)).toEqual([`tokens with the chat template of ${SPEC}`])
    expect(metrics['chatTemplate']).toEqual({})
    expect(result.components!['a']!.tokens[SPEC]!.total).toBeGreaterThan(0)
  })

  it('is not checked when the model has no template', async () => {
    commit({ 'tokenizer_config.json': '{}' })
    expect((await run()).notChecked).toHaveLength(1)
  })
})

describe('a template that does not end', () => {
  it('is stopped, and its examples count as failures', async () => {
    const tokenizer = await openTokenizer(
      await prepareTokenizer('file:x.json', memoryResources(FAST['llama3']!)),
    )
    const source = '{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}'
    const template = { tokenizer: 'x', source, bos: '', eos: '', sha256: '' }
    const counter = makeTemplateCounter(template, tokenizer, { callMs: 300, exampleMs: 0 })
    expect(counter.count(batchOf(examples))).toEqual({ tokens: 0, failures: 2 })
    expect(counter.count(batchOf(examples))).toEqual({ tokens: 0, failures: 2 })
  })
})
