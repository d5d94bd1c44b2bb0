import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { conversationsParquet, wardTalk } from '../hub/parquet.ts'
import { MAIN, assay, command, ensureBuilt } from '../support/cli.ts'
import { corpusFiles, writeFiles } from './corpus.ts'

let folder = ''

beforeAll(() => {
  ensureBuilt()
  folder = mkdtempSync(join(tmpdir(), 'assay-cli-'))
  writeFiles(
    join(folder, 'corpus'),
    [...corpusFiles(60)].filter(([path]) => path.endsWith('.parquet')),
  )
})

const run = (...args: string[]) => assay(args, { cwd: folder })

describe('usage', () => {
  it.each([
    [['rum', 'x'], /unknown command 'rum'.*Did you mean run/],
    [['help', 'rum'], /unknown command 'rum'.*Did you mean run/],
    [['help', 'nope'], /unknown command 'nope'/],
    [['run'], /missing required argument/],
    [['run', 'corpus', '--worker', '2'], /unknown option '--worker'.*Did you mean --workers/],
    [['run', 'corpus', '--workers', '0'], /whole number from 1 to 256/],
    [['run', 'corpus', '--memory', '12'], /at least 16MB/],
    [['run', 'corpus', '--limit', '-3'], /whole number of at least 1/],
    [['run', 'corpus', '--fail-on', 'severe'], /one of critical, high, medium, low, info/],
    [['run', 'corpus', '--evidence', 'all'], /one of full, snippet, hash/],
    [['run', 'a', 'b'], /too many arguments/],
    [['contamination', '--corpus', 'corpus'], /--benchmark is missing/],
    [['tokens', '--tokenizer', 'o200k_base'], /missing required argument 'source'/],
  ])('%s is bad usage', async (args, message) => {
    const result = await run(...args)
    expect(result.stderr.replaceAll('\n', ' ')).toMatch(message)
    expect(result.stderr).toMatch(/^assay: USAGE: /)
    expect(result.code).toBe(2)
    expect(result.stdout).toBe('')
  })

  it.each([
    [['--help']],
    [['run', '--help']],
    [['count', '--help']],
    [[]],
    [['help']],
    [['help', 'plan']],
    [['help', 'leak']],
  ])('%s prints help with examples', async (args) => {
    const result = await run(...args)
    expect(result.code).toBe(0)
    expect(result.stdout).toMatch(/Usage: assay/)
    expect(result.stdout).toMatch(/\$ assay /)
    expect(result.stderr).toBe('')
  })

  it('prints its version', async () => {
    expect((await run('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })
})

describe('count and plan', () => {
  it('count the rows of footers, and read nothing else', async () => {
    const result = await run('count', 'corpus', '--json')
    expect(JSON.parse(result.stdout)).toMatchObject({
      files: 3,
      examples: 237,
      components: { alpha: { files: 2, examples: 157 }, beta: { files: 1, examples: 80 } },
    })
    const plain = await run('count', 'corpus')
    expect(plain.stdout).toMatch(/total +3 +237/)
    expect(plain.stdout).not.toMatch(/not counted/)
  })

  it('count and plan name what they leave out, and count refuses a JSON array, as run does', async () => {
    const rows = [{ text: 'The lamp on the quay burns all night.' }, { text: 'The bell rings at four.' }]
    const [parquet = ['', new Uint8Array()]] = corpusFiles(20)
    writeFiles(join(folder, 'mixed'), [
      ['a.parquet', parquet[1]],
      ['b.jsonl', `${JSON.stringify(rows[0])}\n`],
    ])
    const mixed = await run('count', 'mixed')
    expect(mixed.stdout).toMatch(/total +1 +20\n\nnot counted: 1 data file of no component: b\.jsonl/)
    expect((await run('plan', 'mixed')).stdout).toMatch(/\n\nnot read: 1 data file of no component: b\.jsonl/)
    for (const name of ['count', 'plan']) {
      const told: unknown = JSON.parse((await run(name, 'mixed', '--json')).stdout)
      expect(told).toMatchObject({ unassigned: ['b.jsonl'] })
    }
    writeFileSync(join(folder, 'rows.json'), JSON.stringify(rows))
    for (const name of ['count', 'run']) {
      const refused = await run(name, 'rows.json')
      expect(refused.code).toBe(2)
      expect(refused.stderr).toMatch(
        /^assay: JSONL_INVALID: The file is a JSON array.*rows\.json.*jq -c '\.\[\]'/m,
      )
      expect(refused.stdout).toBe('')
    }
  })

  it('plan is plain data', async () => {
    const result = await run('plan', 'corpus', '--json')
    const plan = JSON.parse(result.stdout) as { shards: { rows: number }[]; slices: unknown[]; bytes: object }
    expect(plan.shards.map(({ rows }) => rows)).toEqual([60, 97, 80])
    expect(plan.slices).toHaveLength(3)
    expect(plan.bytes).toMatchObject({ download: 0, diskNeeded: 0 })
    expect((await run('plan', 'corpus')).stdout).toMatch(/3 files.*237 rows, 3 slices/)
  })
})

describe('contamination', () => {
  it.each([
    ['swiss-ai', 'o200k_base'],
    ['swiss-ai:cl100k_base', 'cl100k_base'],
  ])('--method %s runs the published rule on %s', async (method, tokenizer) => {
    const item = { id: 'w1', question: 'Which knot holds a wet rope to a bollard best?', answer: 'bowline' }
    writeFileSync(join(folder, 'items.jsonl'), JSON.stringify(item))
    const { code, stdout } = await run(
      ...['contamination', '--benchmark', 'items.jsonl', '--corpus', 'corpus'],
      ...['--method', 'assay', '--method', method, '--json'],
    )
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ metrics: { methods: { 'swiss-ai': { tokenizer } } } })
  })
})

describe('several values after one flag', () => {
  const item = {
    frage: 'Which knot holds a wet rope to a bollard best?',
    gut: 'Z',
    a: 'bowline',
    b: 'reef knot',
  }
  const plain = { question: item.frage, options: [item.a, item.b], answer: 'A' }

  beforeAll(() => {
    for (const part of ['one', 'two']) {
      mkdirSync(join(folder, part))
      writeFileSync(join(folder, part, 'exam.jsonl'), `${JSON.stringify(plain)}\n{"question": null}`)
    }
    writeFileSync(join(folder, 'mapped.json'), JSON.stringify([item]))
  })

  it('--benchmark FILE… names files of the same name by their folders, and says what was not read', async () => {
    const files = ['one/exam.jsonl', 'two/exam.jsonl', 'own=one/exam.jsonl']
    const given = ['contamination', '--benchmark', ...files, '--corpus', 'corpus']
    const { code, stdout } = await run(...given)
    expect(code).toBe(0)
    for (const name of ['one/exam', 'two/exam', 'own'])
      expect(stdout).toContain(`${name}: 1 of 2 items of ${name} cannot be used: 1 × no question text`)
    expect(stdout).toMatch(/Not checked: \d+\n[^]*some items of the benchmark own: 1 of 2 items/)
    const { metrics } = JSON.parse((await run(...given, '--json')).stdout) as {
      metrics: { benchmarks: object }
    }
    expect(Object.keys(metrics.benchmarks).sort()).toEqual(['one/exam', 'own', 'two/exam'])
  })

  it('--field maps the columns of a file, and an answer that is none is told', async () => {
    const { code, stdout } = await run(
      ...['contamination', '--benchmark', 'mapped.json', '--corpus', 'corpus'],
      ...['--field', 'question=Frage', 'options=a,b', '--field', 'answer=gut'],
    )
    expect(code).toBe(0)
    expect(stdout).toMatch(/mapped: the answers of 1 of 1 items cannot be read: .*"gut: Z"/)
  })

  it('--tokenizer T… on either side of the source', async () => {
    for (const args of [
      ['tokens', 'corpus', '--tokenizer', 'o200k_base', 'cl100k_base'],
      ['tokens', '--tokenizer', 'o200k_base', 'cl100k_base', 'corpus'],
    ]) {
      const { stdout } = await run(...args)
      expect(stdout).toMatch(/o200k_base [^]*cl100k_base /)
    }
  })
})

describe('run', () => {
  it('prints what it concluded and where the report is; the report is whole', async () => {
    const result = await run('run', 'corpus', '--out', 'r/one')
    expect(result.code).toBe(0)
    expect(result.stdout).toMatch(/237 rows in = 237 audited \+ 0 unreadable/)
    expect(result.stdout).toMatch(/peak memory \d+ MB/)
    expect(result.stdout).toMatch(/Report: r\/one/)
    expect(result.stderr).toMatch(/read 237 of 237 rows/)
    const files = readdirSync(join(folder, 'r', 'one'))
    for (const file of [
      'audit.json',
      'evidence.parquet',
      'run.json',
      'flagged-rows.jsonl',
      'report.md',
      'report.html',
    ]) {
      expect(files).toContain(file)
    }
    expect(readdirSync(join(folder, 'r'))).toEqual(['one'])
  })

  it('moves an earlier report aside and says where', async () => {
    await run('run', 'corpus', '--out', 'r/two')
    const result = await run('run', 'corpus', '--out', 'r/two/')
    expect(result.stdout).toMatch(/earlier report is now r\/two\.previous-1/)
    expect(existsSync(join(folder, 'r/two.previous-1/audit.json'))).toBe(true)
  })

  it('--json prints one JSON object, and nothing else', async () => {
    const result = await run('run', 'corpus', '--out', 'r/json', '--json')
    expect(JSON.parse(result.stdout)).toMatchObject({
      report: 'r/json',
      exitCode: 0,
      rows: 237,
      audited: 237,
    })
  })

  it('--fail-on decides between 0 and 1 by the worst finding', async () => {
    writeFileSync(join(folder, 'null.jsonl'), '{"text":"a"}\n{"text":null}\n')
    expect((await run('run', 'null.jsonl', '--out', 'r/f1', '--fail-on', 'critical')).code).toBe(0)
    expect((await run('run', 'null.jsonl', '--out', 'r/f2', '--fail-on', 'high')).code).toBe(1)
    expect((await run('run', 'null.jsonl', '--out', 'r/f3', '--fail-on', 'low')).code).toBe(1)
    expect((await run('run', 'null.jsonl', '--out', 'r/f4')).code).toBe(0)
    expect(existsSync(join(folder, 'r/f2/audit.json'))).toBe(true)
  })

  it('--limit reads an equal share of each component and says what was not read', async () => {
    const result = await run('run', 'corpus', '--out', 'r/limit', '--limit', '11')
    expect(result.code).toBe(0)
    const record = JSON.parse(readFileSync(join(folder, 'r/limit/audit.json'), 'utf8')) as {
      pipeline: { limit: number }
      inputs: { rows: number; verified: unknown; sha256: { recomputed: unknown } }[]
    }
    expect(record.pipeline.limit).toBe(11)
    expect(record.inputs.map(({ rows }) => rows)).toEqual([5, 0, 6])
    for (const input of record.inputs) {
      expect(input.verified).toBe('not-read-whole')
      expect(input.sha256.recomputed).toBe(null)
    }
  })

  it('writes no secrets into the report', async () => {
    const token = 'hf_abcdefghijklmnop'
    await assay(['run', 'corpus', '--out', 'r/secret'], { cwd: folder, env: { HF_TOKEN: token } })
    for (const file of readdirSync(join(folder, 'r/secret'))) {
      expect(readFileSync(join(folder, 'r/secret', file)).includes(token)).toBe(false)
    }
  })

  it('makes hostile file names harmless on the terminal', async () => {
    const name = 'evil\u001b[31m\u202etxt.parquet'
    writeFiles(join(folder, 'evil'), [[name, conversationsParquet(wardTalk(3, 1))]])
    const result = await run('plan', 'evil')
    expect(result.code).toBe(0)
    expect(result.stdout).not.toMatch(/[\u001b\u202e]/)
    expect(result.stdout).toMatch(/evil\\u\{1b\}\[31m\\u\{202e\}txt/)
  })

  it('ends quietly when nobody reads on', async () => {
    const piped = `"${process.execPath}" "${MAIN}" plan corpus --json | head -c 10`
    const result = await command(['bash', '-c', `set -o pipefail; ${piped}`], { cwd: folder })
    expect(result.code).toBe(0)
    expect(result.stderr).toBe('')
  })
})
