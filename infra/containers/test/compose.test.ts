import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { digestsOf, readServiceFiles } from '@logbook/chassis/access/service-tokens.ts'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import { operator, scraper } from '@logbook/contracts/identity.ts'
import { DCLinter } from 'dclint'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { limits } from '../../run/limits.ts'
import {
  defaultPorts,
  healthPaths,
  portVariable,
  root,
  serviceNames,
  services,
  urlVariable,
} from '../../run/services.ts'
import { dockerfile, imageEnvironment } from './dockerfile.ts'
import {
  calledBy,
  configOf,
  nodeOptionsOf,
  optionalOf,
  secretsOf,
  variablesOf,
  withSecrets,
} from './settings.ts'

interface ComposeService {
  image: string
  build: { context: string; dockerfile: string; args: Record<string, string> }
  /** Null is whatever `docker compose` itself has under that name, and nothing where it has none. */
  environment: Record<string, string | null>
  restart: string
  stop_grace_period: string
  networks: string[]
  read_only: boolean
  cap_drop: string[]
  security_opt: string[]
  secrets?: string[]
  volumes?: string[]
  ports?: string[]
  healthcheck?: { test: string[]; timeout: string }
  depends_on?: Record<string, { condition: string }>
}
interface Message {
  type: string
  rule: string
  message: string
}
interface Compose {
  secrets: Record<string, { file: string }>
  'x-digests': string
  services: Record<string, ComposeService>
  networks: Record<string, { internal?: boolean }>
  volumes: Record<string, unknown>
}

const file = join(root, 'infra/containers/compose.yaml')
const source = readFileSync(file, 'utf8')
const compose = parse(source, { merge: true }) as Compose
/** A folder of this machine, which compose mounts as it is. */
const digests = compose['x-digests']
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }

const serviceOf = (name: string): ComposeService => {
  const found = compose.services[name]
  if (found === undefined) throw new Error(`compose.yaml has no ${name}`)
  return found
}
/** `${NAME:-default}` as it is where nothing is set, and `${NAME:?why}`, which must be, as something. */
const withDefaults = (text: string) =>
  text.replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1').replaceAll(/\$\{\w+:\?[^}]*\}/g, 'what-someone-has-set')
const environmentOf = (name: string) =>
  Object.fromEntries(
    Object.entries(serviceOf(name).environment).flatMap(([key, value]) =>
      value === null ? [] : [[key, withDefaults(value)]],
    ),
  )

/** What compose's own schema and the linter's rules of safety say against a file. */
const errorsIn = (path: string): string[] => {
  // Both `build` and `image`: the image gets that name when it is built, and is pulled by it where it is not.
  const linter = new DCLinter({ rules: { 'no-build-and-image': 0 }, quiet: true, debug: false, exclude: [] })
  // Its types are written in a way that TypeScript's own resolution for Node does not follow.
  const results = linter.lintFiles([path], false) as { messages: Message[] }[]
  const messages = results.flatMap((result) => result.messages)
  return messages.filter(({ type }) => type === 'error').map(({ rule, message }) => `${rule}: ${message}`)
}

describe('compose.yaml', () => {
  it('compose.yaml is of the schema of compose files', () => {
    expect(errorsIn(file)).toEqual([])
  })

  it.each([
    ['read_only: true', 'read_onyl: true'],
    ['restart: unless-stopped', 'restart: 3'],
    ["ports: ['127.0.0.1:", "ports: ['"],
  ])('compose.yaml would be refused with %j as %j', (right, wrong) => {
    const folder = mkdtempSync(join(tmpdir(), 'compose-'))
    const changed = join(folder, 'compose.yaml')
    writeFileSync(changed, source.replaceAll('"', "'").replace(right, wrong))
    expect(errorsIn(changed)).not.toEqual([])
    rmSync(folder, { recursive: true })
  })

  it.each(['infra/containers/compose.yaml', 'infra/kubernetes/kustomization.yaml'])(
    'has a command in %s that makes tokens and the digests by which services know them',
    (path) => {
      const text = readFileSync(join(root, path), 'utf8')
      const [command = ''] = /^# +mkdir -p tokens[\s\S]*?^# +done$/m.exec(text) ?? []
      const lines = command.split('\n').map((line) => line.replace(/^# +/, ''))
      const folder = temporaryFolder()
      const script = lines.filter((line) => !line.startsWith('kubectl')).join('\n')
      execFileSync('bash', ['-euo', 'pipefail', '-c', script], { cwd: folder })
      const tokens = readServiceFiles(join(folder, 'tokens'))
      expect(Object.keys(tokens).sort()).toEqual(
        [operator, scraper, ...serviceNames.filter((name) => services[name].showsToken)].sort(),
      )
      expect(readServiceFiles(join(folder, 'tokens/digests'))).toEqual(digestsOf(tokens))
    },
  )

  it('compose.yaml has every service and no other', () => {
    expect(Object.keys(compose.services).sort()).toEqual([...serviceNames].sort())
  })

  it.each(serviceNames)('compose.yaml builds %s from the one Dockerfile', (name) => {
    const { image, build } = serviceOf(name)
    const context = resolve(dirname(file), build.context)
    expect(context).toBe(root)
    expect(build.dockerfile).toBe(dockerfile)
    expect(existsSync(join(context, build.dockerfile))).toBe(true)
    expect(build.args).toEqual({ SERVICE: name })
    expect(image).toBe(`logbook/${name}:${version}`)
  })

  it.each(serviceNames)(
    'tells %s what it reads, and the addresses of the services it calls',
    async (name) => {
      const environment = environmentOf(name)
      const read = await variablesOf(name)
      for (const variable of Object.keys(environment)) expect(read).toContain(variable)
      const urls = Object.entries(environment).filter(
        ([variable]) => variable.endsWith('_URL') && variable !== 'PUBLIC_URL',
      )
      const expected = (await calledBy(name)).map((called) => [
        urlVariable(called),
        `http://${called}:${defaultPorts[called]}`,
      ])
      expect(urls.sort()).toEqual(expected.sort())
    },
  )

  it.each(serviceNames)(
    'tells the Node of %s what npm start does, in options that it takes from an environment',
    (name) => {
      const { NODE_OPTIONS } = environmentOf(name)
      expect(NODE_OPTIONS).toBe(nodeOptionsOf(name))
      if (NODE_OPTIONS === undefined) return
      // It ends with an error where an option is for its command line alone.
      execFileSync(process.execPath, ['--eval', ''], { env: { NODE_OPTIONS } })
    },
  )

  it.each(serviceNames)('compose.yaml starts %s on every interface at its port', async (name) => {
    const config = await configOf(name, withSecrets({ ...imageEnvironment(name), ...environmentOf(name) }))
    expect(config).toMatchObject({ host: '0.0.0.0', port: defaultPorts[name] })
  })

  it('compose.yaml tells the gateway which proxies to trust, as it must where the blog is reached by https', async () => {
    const settings = {
      ...imageEnvironment('gateway'),
      ...environmentOf('gateway'),
      PUBLIC_URL: 'https://blog.example',
    }
    const config = await configOf('gateway', withSecrets(settings))
    expect(config).toMatchObject({ trustedProxies: ['172.16.0.0/12', '192.168.0.0/16', '10.88.0.0/15'] })
  })

  it('compose.yaml takes from outside only variables that it hands on under their own name, and the port', () => {
    const taken = new Set([...source.matchAll(/\$\{(\w+)/g)].map(([, variable]) => variable))
    expect([...taken].sort()).toEqual(
      [
        ...[
          'ACCESS_LOG',
          'BLOG_TITLE',
          'COMMENTS_FROM',
          'LOGBOOK_TOKENS',
          'LOG_LEVEL',
          'MASTER_KEY',
          'PUBLIC_URL',
          'TRUSTED_PROXIES',
        ],
        portVariable('gateway'),
      ].sort(),
    )
    for (const { environment } of Object.values(compose.services))
      for (const [variable, value] of Object.entries(environment))
        if (value?.startsWith('$')) expect(value).toMatch(new RegExp(`^\\$\\{${variable}:[-?]`))
  })

  it('compose.yaml hands on to accounts, notifications and media, where they are there, settings of mail, of webhooks, of sign-in with others and of files, and nothing else so', async () => {
    for (const name of serviceNames) {
      const handedOn = Object.entries(serviceOf(name).environment).filter(([, value]) => value === null)
      expect([name, handedOn.map(([variable]) => variable).sort()]).toEqual([name, await optionalOf(name)])
    }
    for (const variable of Object.keys(serviceOf('accounts').environment))
      expect(await variablesOf('accounts')).toContain(variable)
  })

  it('compose.yaml hands each service its own secret and the digests of all, and starts nothing without them', () => {
    for (const name of serviceNames) {
      expect([name, [...(serviceOf(name).secrets ?? [])].sort()]).toEqual([name, secretsOf(name)])
      const { environment } = serviceOf(name)
      const { showsToken, knowsCallers } = services[name]
      expect(environment.SERVICE_TOKEN_FILE).toBe(showsToken ? `/run/secrets/${name}` : undefined)
      expect(environment.SERVICE_DIGESTS_DIR).toBe(knowsCallers ? '/run/digests' : undefined)
      expect((serviceOf(name).volumes ?? []).includes(digests)).toBe(knowsCallers)
    }
    const used = new Set(serviceNames.flatMap((name) => secretsOf(name)))
    expect(Object.keys(compose.secrets).sort()).toEqual([...used].sort())
    for (const [name, { file: from }] of Object.entries(compose.secrets))
      expect(from).toMatch(new RegExp(`^\\$\\{LOGBOOK_TOKENS:\\?[^}]+\\}/${name}$`))
  })

  it('compose.yaml gives each service that keeps a file a volume of its own where the file is', () => {
    const ownOf = (name: string) => (serviceOf(name).volumes ?? []).filter((each) => each !== digests)
    const volumes = serviceNames.flatMap((name) => ownOf(name).map((volume) => volume.split(':')[0]))
    expect(new Set(volumes).size).toBe(volumes.length)
    expect(volumes.sort()).toEqual(Object.keys(compose.volumes).sort())
    for (const name of serviceNames) {
      const folders = ownOf(name).map((each) => each.split(':')[1])
      const { DATABASE = '' } = imageEnvironment(name)
      expect(folders).toEqual(services[name].keepsFile ? [dirname(DATABASE)] : [])
    }
  })

  it('compose.yaml publishes the gateway alone, to this machine alone', () => {
    for (const name of serviceNames) {
      const { ports, networks } = serviceOf(name)
      expect(ports?.map(withDefaults)).toEqual(
        name === 'gateway' ? [`127.0.0.1:${defaultPorts.gateway}:${defaultPorts.gateway}`] : undefined,
      )
      const goesOut = ['gateway', 'accounts', 'notifications', 'media'].includes(name)
      expect(networks).toEqual(goesOut ? ['inside', 'outside'] : ['inside'])
    }
    expect(compose.networks.inside?.internal).toBe(true)
  })

  it.each(serviceNames)('compose.yaml lets %s do nothing that it need not', (name) => {
    expect(serviceOf(name)).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
    })
  })

  it.each(serviceNames)('compose.yaml starts %s again when it ends, and gives it time to end', (name) => {
    const { restart, stop_grace_period: grace } = serviceOf(name)
    expect(restart).toBe('unless-stopped')
    expect(Number.parseInt(grace, 10) * 1_000).toBeGreaterThan(limits.stopGraceMs)
  })

  it.each(serviceNames)('compose.yaml knows when %s can do its work', (name) => {
    const [kind, command, program = '', path = '/health/live'] = serviceOf(name).healthcheck?.test ?? [
      'CMD',
      'node',
      'infra/containers/health.ts',
    ]
    expect([kind, command]).toEqual(['CMD', 'node'])
    expect(existsSync(join(root, program))).toBe(true)
    expect(path).toBe(healthPaths.ready)
  })

  it.each(serviceNames)(
    'stops %s before those that it calls, and waits for none at the start',
    async (name) => {
      const dependsOn = serviceOf(name).depends_on ?? {}
      expect(Object.keys(dependsOn).sort()).toEqual((await calledBy(name)).sort())
      for (const { condition } of Object.values(dependsOn)) expect(condition).toBe('service_started')
    },
  )
})
