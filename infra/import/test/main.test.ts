import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { exportXml, itemXml, withFile } from '@logbook/importer/testing/make-export.ts'
import { describe, expect, it } from 'vitest'
import { startServices } from './fake-services.ts'

const main = fileURLToPath(new URL('../main.ts', import.meta.url))

const runWith = (
  env: NodeJS.ProcessEnv,
  ...args: string[]
): Promise<{ code: number; stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    const options = { env: { ...process.env, ...env } }
    const child = execFile(process.execPath, [main, ...args], options, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    )
  })
const run = (...args: string[]) => runWith({}, ...args)

describe('the command', () => {
  it.each([
    ['without a path', [], /missing required argument/],
    ['with an option that it does not know', ['--nonsense', 'x'], /unknown option/],
    ['with a path that is not there', ['/does/not/exist'], /no such file or folder/],
    ['with a site that is none', ['--site', 'javascript:x', '/does/not/exist'], /web address/],
    [
      'with a public address and a service',
      ['--url', 'https://blog.example', '--posts-url', 'http://127.0.0.1:4000', 'x'],
      /cannot be used with/,
    ],
    ['with an address that is none', ['--posts-url', 'nowhere', '/does/not/exist'], /POSTS_URL/],
  ])('the import command %s ends as unusable and says why', async (_name, args, reason) => {
    const ended = await run(...args)
    expect(ended.code).toBe(2)
    expect(ended.stderr).toMatch(reason)
  })

  it('the import command explains itself', async () => {
    const { code, stdout } = await run('--help')
    expect(code).toBe(0)
    for (const option of [
      '--url',
      'LOGBOOK_TOKEN',
      '--posts-url',
      '--comments-url',
      '--blog',
      '--no-pictures',
      '--dry-run',
      '--json',
    ])
      expect(stdout).toContain(option)
  })

  it('the import command sends to the Logbook that the settings of npm start name', async () => {
    const services = await startServices()
    const env = {
      LOGBOOK_POSTS_PORT: new URL(services.posts.url).port,
      LOGBOOK_COMMENTS_PORT: new URL(services.comments.url).port,
      OPERATOR_TOKEN: 'a-token-of-the-operator',
    }
    try {
      const came = await withFile(exportXml({ items: [itemXml({ id: 1 })] }), (file) =>
        runWith(env, '--json', file),
      )
      expect(JSON.parse(came.stdout)).toMatchObject({ counts: { post: { imported: 1 } } })
    } finally {
      await services.close()
    }
  })

  it('the import command ends with 0 when all came and with 1 when something was refused, and prints JSON when asked', async () => {
    const services = await startServices()
    const to = ['--posts-url', services.posts.url, '--comments-url', services.comments.url]
    try {
      const whole = await withFile(exportXml({ items: [itemXml({ id: 1 })] }), (file) =>
        run('--json', ...to, file),
      )
      expect(whole.code).toBe(0)
      expect(JSON.parse(whole.stdout)).toMatchObject({ counts: { post: { imported: 1 } }, stopped: null })
      const broken = await withFile(exportXml({ items: ['<item><a></item>', itemXml({ id: 2 })] }), (file) =>
        run(...to, file),
      )
      expect(broken.code).toBe(1)
      expect(broken.stdout).toMatch(/posts +1 +0 +0 +0/)
      expect(broken.stdout).toMatch(/Refused\n +1 × not well-formed XML in line \d+/)
      expect(broken.stderr).toContain('100 %')
    } finally {
      await services.close()
    }
  })
})
