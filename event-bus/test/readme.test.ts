import { execFile, execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { promisify } from 'node:util'
import { describeEndpoints } from '@logbook/chassis/described/service.ts'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import { busEndpoints } from '@logbook/contracts/endpoints/event-bus.ts'
import { settings } from '@logbook/event-bus/config.ts'
import { limits } from '@logbook/event-bus/limits.ts'
import { questionLimits } from '@logbook/event-bus/questions/limits.ts'
import { describe, expect, it } from 'vitest'
import { startBusProcess } from './bus-process.ts'
import { tokensFolder } from './running-bus.ts'

const own = (path: string) => new URL(`../${path}`, import.meta.url)
const page = readFileSync(own('README.md'), 'utf8')
const limitsPage = readFileSync(own('limits.md'), 'utf8')
const section = (title: string) => page.split(`\n## ${title}\n`)[1]?.split('\n## ')[0] ?? ''
const rowsOf = (text: string) =>
  [...text.matchAll(/^\| (.+) \|$/gm)].map(([, row = '']) => row.split(' | ').map((cell) => cell.trim()))
const codeIn = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code)

const blocks = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block)
const promised = blocks.flatMap((block) =>
  [...block.matchAll(/(?:^| )# (\d{3})\b/gm)].map(([, status]) => Number(status)),
)

const hasCurl = (() => {
  try {
    execFileSync('curl', ['--version'])
    return true
  } catch {
    return false
  }
})()

// Notes each call and shows its answer. A command that would follow for ever is given a second.
const prelude = `
set -eu -o pipefail
curl() {
  local seconds=20
  case " $* " in *' -N '*) seconds=1 ;; esac
  command curl -sS --max-time $seconds -o "$FOLDER/body" -w '%{http_code} %{method} %{url_effective}\\n' "$@" >> "$FOLDER/calls" || [ $? = 28 ]
  cat "$FOLDER/body" 2> /dev/null || true
  echo
  rm -f "$FOLDER/body"
}
`

const runAll = async () => {
  const folder = temporaryFolder()
  const token = 'a-token-for-the-examples-of-the-page'
  const { url } = await startBusProcess({
    DATABASE: `${folder}/log.sqlite`,
    SERVICE_TOKENS_DIR: await tokensFolder({ operator: token }),
  })
  const { stdout } = await promisify(execFile)('bash', ['-c', prelude + blocks.join('\n')], {
    env: { PATH: process.env.PATH, FOLDER: folder, BUS: url, AUTH: `Authorization: Bearer ${token}` },
    maxBuffer: 64 * 1024 * 1024,
  })
  const calls = readFileSync(`${folder}/calls`, 'utf8').trim().split('\n')
  return {
    shown: stdout,
    calls: calls.map((call) => {
      const [status, method = '', address = ''] = call.split(' ')
      return { status: Number(status), method, path: new URL(address).pathname }
    }),
  }
}

describe('the README of the bus', () => {
  it.skipIf(!hasCurl)('shows commands that answer as it says, at every endpoint', async () => {
    const { shown, calls } = await runAll()
    const commands = blocks.join('\n').match(/\bcurl /g)
    expect(calls).toHaveLength(commands?.length ?? 0)
    expect(calls.map(({ status, path }) => `${status} ${path}`)).toEqual(
      calls.map(({ path }, index) => `${promised[index]} ${path}`),
    )
    expect(shown).toContain('event: caught-up')
    expect(shown).toContain('"ok":true')

    const { paths } = describeEndpoints(busEndpoints) as { paths: Record<string, object> }
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    )
    const met = calls.map(
      ({ method, path }) =>
        `${method} ${path
          .replace(/^\/streams\/[^/]+/, '/streams/{subject}')
          .replace(/^\/subscriptions\/[^/]+/, '/subscriptions/{name}')
          .replace(/^\/questions\/[^/]+/, '/questions/{topic}')}`,
    )
    expect([...new Set(met)].sort()).toEqual(described.sort())
  })

  it('the README lists every limit with its value', () => {
    const shown = (name: string, value: number): string => {
      const mebi = value / 2 ** 20
      if (name.endsWith('BytesMax') && Number.isInteger(mebi)) return `${mebi} MiB`
      if (/Bytes(Max|Min)$/.test(name) && value % 1024 === 0) return `${value / 1024} KiB`
      if (name.endsWith('BytesMax')) return `${value.toLocaleString('en')} bytes`
      if (/Ms(Max)?$/.test(name)) return `${(value / 1_000).toLocaleString('en')} s`
      return value.toLocaleString('en')
    }
    const listed = rowsOf(limitsPage)
      .filter(([name]) => name?.startsWith('`'))
      .map(([name = '', value]) => `${codeIn(name)[0]}: ${value}`)
    expect(listed.sort()).toEqual(
      Object.entries({ ...limits, ...questionLimits })
        .map(([name, value]) => `${name}: ${shown(name, value)}`)
        .sort(),
    )
  })

  it('the README lists every setting', () => {
    const listed = rowsOf(section('Settings')).flatMap(([names = '']) => codeIn(names))
    expect(listed.sort()).toEqual(Object.keys(settings).sort())
  })

  it('the README names files that exist, and stays a page', async () => {
    const files = await readdir(own('src'))
    const named = rowsOf(section('How it works')).flatMap(([names = '']) => codeIn(names))
    expect(named.filter((name) => !files.includes(name.replace('/', '')))).toEqual([])
    expect(page.split('\n').length).toBeLessThanOrEqual(250)
  })
})
