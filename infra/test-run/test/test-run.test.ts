import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { constants, getPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../../..')
const folder = mkdtempSync(join(tmpdir(), 'test-run-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const first = `import { existsSync, writeFileSync } from 'node:fs'
import { expect, it } from 'vitest'
const again = existsSync('ran')
writeFileSync('ran', '')
`

/** Runs these files of tests; each begins with `again`, false the first time that any of them runs. */
const run = (name: string, files: readonly string[], { isCi = false, staticScript = '' } = {}) => {
  const cwd = join(folder, name)
  mkdirSync(cwd)
  symlinkSync(join(root, 'node_modules'), join(cwd, 'node_modules'))
  writeFileSync(
    join(cwd, 'vitest.config.ts'),
    'export default { test: { fileParallelism: false, cache: false } }',
  )
  for (const [index, text] of files.entries())
    writeFileSync(
      join(cwd, `${index}.test.ts`),
      `${index === 0 ? first : "import { expect, it } from 'vitest'"}\n${text}`,
    )
  writeFileSync(join(cwd, 'package.json'), JSON.stringify({ scripts: { static: staticScript } }))
  const { VITEST_WORKER_ID: _, VITEST_POOL_ID: __, CI: ___, ...env } = process.env
  const ran = spawnSync(
    process.execPath,
    [join(root, 'infra/test-run/main.ts'), ...(staticScript ? ['--static'] : [])],
    {
      cwd,
      env: isCi ? { ...env, CI: 'true' } : env,
      encoding: 'utf8',
    },
  )
  return { cwd, status: ran.status, says: ran.stdout.trimEnd().split('\n') }
}

const steady = "it('is steady', () => {})"
const unsteady = "it('is unsteady', () => expect(again).toBe(true))"
const stray = `it('ends before its error', async () => {
  void Promise.reject(new Error('late'))
  await new Promise(setImmediate)
})`
const broken = "it('is broken', () => expect(1).toBe(2))"

const unsteadyLine = 'Unsteady, passed alone: 0.test.ts. Recorded in .cache/unsteady-tests.ndjson'

it('the run of tests names and records a file that passes only when it runs alone, and passes', () => {
  const { cwd, status, says } = run('unsteady', [`${steady}\n${unsteady}`, steady])
  expect(says).toContain(unsteadyLine)
  expect(says.at(-1)).toBe('3 passed, 0 failed, 0 skipped')
  expect(status).toBe(0)
  const recorded = JSON.parse(readFileSync(join(cwd, '.cache/unsteady-tests.ndjson'), 'utf8'))
  expect(recorded).toMatchObject({
    file: '0.test.ts',
    failures: [{ test: 'is unsteady', error: 'expected false to be true // Object.is equality' }],
  })
})

it('the run of tests fails in continuous integration with a file that passes only when it runs alone', () => {
  const { status, says } = run('unsteady-in-ci', [`${steady}\n${unsteady}`, steady], { isCi: true })
  expect(says).toContain(unsteadyLine)
  expect(says.at(-1)).toBe('3 passed, 1 failed, 0 skipped')
  expect(status).toBe(1)
})

it('the run of tests fails with what the static checks find, and ends with a table of what each part took', () => {
  const staticScript = `echo A type is wrong. && node -p "'Priority ' + os.getPriority()" && exit 1`
  const { status, says } = run('static', [steady], { staticScript })
  expect(says).toContain('A type is wrong.')
  const { PRIORITY_BELOW_NORMAL } = constants.priority
  expect(says).toContain(`Priority ${Math.max(getPriority(), PRIORITY_BELOW_NORMAL)}`)
  const rows = says.slice(
    says.findIndex((line) => line.startsWith('part')),
    -1,
  )
  expect(rows.map((row) => row.split(/ {2,}/)[0])).toEqual(['part', 'static', 'tests'])
  expect(rows.at(-1)).toMatch(/^tests +1 +\d+:\d\d +\d+:\d\d +\d+:\d\d$/)
  expect(says.at(-1)).toBe('1 passed, 1 failed, 0 skipped')
  expect(status).toBe(1)
})

it('the run of tests fails with what fails again', () => {
  const { status, says } = run('broken', [unsteady, `${steady}\n${broken}`])
  expect(says).toContain(unsteadyLine)
  expect(says.at(-1)).toBe('2 passed, 1 failed, 0 skipped')
  expect(status).toBe(1)
})

it.each([
  ['many files that fail', [unsteady, broken, broken, broken], '0 passed, 4 failed, 0 skipped'],
  ['an error outside of tests', [stray, steady], '2 passed, 1 failed, 0 skipped'],
])('the run of tests gives no second chance to %s', (what, files, closing) => {
  const { status, says } = run(what.replaceAll(' ', '-'), files)
  expect(says.join('\n')).not.toContain('once more')
  expect(says.at(-1)).toBe(closing)
  expect(status).toBe(1)
})
