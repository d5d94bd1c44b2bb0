import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { packageRoot } from '../../../src/core/package.ts'
import { readRegistry } from '../../../src/text/tokenizer/registry.ts'
import { locate } from '../../../src/text/tokenizer/spec.ts'
import { diskResources } from './oracle.ts'

const text = readFileSync(join(packageRoot, 'data', 'tokenizers.yaml'), 'utf8')

describe('data/tokenizers.yaml', () => {
  it('reads the same with a YAML library', () => {
    const expected = Object.entries(parse(text) as Record<string, object>).map(([name, fields]) => ({
      name,
      ...fields,
    }))
    expect(readRegistry(text)).toEqual(expected)
  })

  it('refuses a line it does not know', () => {
    expect(() => readRegistry('a:\n  - b\n')).toThrow('data/tokenizers.yaml:2')
  })

  it('resolves every name to a file of a model on the Hub', async () => {
    for (const { name } of readRegistry(text)) {
      const located = await locate(name, diskResources)
      expect(located.name).toBe(name)
      expect(located.ref).toMatchObject({ kind: 'hub', repoType: 'model', path: 'tokenizer.json' })
    }
  })
})

describe('tokenizer names', () => {
  it('say where the file is', async () => {
    expect(await locate('hf:org/model@v1.0', diskResources)).toEqual({
      name: 'hf:org/model@v1.0',
      ref: { kind: 'hub', repoType: 'model', repo: 'org/model', revision: 'v1.0', path: 'tokenizer.json' },
    })
    expect(await locate('file:../models/one/tokenizer.json', diskResources)).toEqual({
      name: 'file:one/tokenizer.json',
      ref: { kind: 'local', path: '../models/one/tokenizer.json' },
    })
  })

  it.each(['hf:justname', 'hf:a/b@', 'file:', 'gpt4', 'hf:a/b c', ''])('refuse %j', async (spec) => {
    await expect(locate(spec, diskResources)).rejects.toMatchObject({ code: 'TOKENIZER_INVALID' })
  })
})
