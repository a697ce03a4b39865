import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root, type ServiceName, serviceNames, services } from '../../run/services.ts'
import { imageEnvironment, inImage, parseDockerfile, stages } from './dockerfile.ts'
import { reachesBuilder } from './dockerignore.ts'
import { installedBy, nativeOf, tools } from './installed.ts'
import { variablesOf } from './settings.ts'

interface Manifest {
  version: string
  workspaces: string[]
  scripts?: Record<string, string>
}
const manifestOf = (folder: string) =>
  JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Manifest

const nodeImage = 'node:24-slim'
const namesOfService = (text: string, service: ServiceName) => text.replaceAll(/\$\{?SERVICE\}?/g, service)
const runs = stages.flatMap(({ instructions }) => instructions.filter(({ name }) => name === 'RUN'))
const copies = stages.flatMap(({ instructions }) =>
  instructions.filter(({ name, flags }) => name === 'COPY' && flags.from === undefined),
)
const execForm = (text: string) => JSON.parse(text) as string[]

describe('the image', () => {
  it('the image is built on the major version of Node that the set-up installs, and on its own stages', () => {
    const named = stages.map(({ name }) => name)
    for (const [index, { base }] of stages.entries())
      if (base !== nodeImage) expect(named.slice(0, index)).toContain(base)
    expect(stages.at(-1)?.base).toBe(nodeImage)
    const setup = readFileSync(join(root, 'infra/setup.js'), 'utf8')
    expect(/nodeVersion = '(\d+)\./.exec(setup)?.[1]).toBe(/\d+/.exec(nodeImage)?.[0])
  })

  it('the image knows the manifest of every workspace, as npm asks for', () => {
    const workspaces = manifestOf('').workspaces.flatMap((pattern) => globSync(pattern, { cwd: root }))
    const manifests = workspaces.map((workspace) => `${workspace}/package.json`)
    const copied = copies.flatMap(({ text }) => text.split(/\s+/).slice(0, -1))
    expect(copied.filter((path) => /\/package\.json$/.test(path)).sort()).toEqual(manifests.sort())
  })

  it.each(serviceNames)('the image for %s is made of files that exist and reach the builder', (service) => {
    expect(copies.length).toBeGreaterThan(0)
    for (const { text } of copies)
      for (const source of namesOfService(text, service).split(/\s+/).slice(0, -1)) {
        expect(existsSync(join(root, source)), source).toBe(true)
        expect(reachesBuilder(source), source).toBe(true)
      }
  })

  it.each(serviceNames)('the image for %s starts what the service is started with elsewhere', (service) => {
    const links = runs.flatMap(({ text }) => [...text.matchAll(/ln -s "?([^\s"]+)"? main\.ts/g)])
    const [forClient, forOthers] = links.map(([, target = '']) => namesOfService(target, service))
    expect(links).toHaveLength(2)
    expect(service === 'client' ? forClient : forOthers).toBe(services[service].entry)
    expect(existsSync(join(root, services[service].entry))).toBe(true)
    expect(inImage('CMD').map(({ text }) => execForm(text))).toEqual([['node', 'main.ts']])
  })

  it('the image runs no install script, and holds no package that needs one', () => {
    const installs = runs.filter(({ text }) => text.includes('npm ci'))
    // Of the services, of media and of the client with native code, and of the client's build.
    expect(installs).toHaveLength(4)
    for (const { text } of installs) expect(text).toContain('--ignore-scripts')
    const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { dev?: boolean; optional?: boolean; hasInstallScript?: boolean }>
    }
    const withScript = Object.entries(lock.packages).filter(
      ([, { dev, optional, hasInstallScript }]) => hasInstallScript && !dev && !optional,
    )
    // It only tells its makers that it was installed, which is not wanted here: no installation runs it.
    expect(withScript.map(([path]) => path)).toEqual(['node_modules/@scarf/scarf'])
    const { allowScripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    expect(allowScripts['@scarf/scarf']).toBe(false)
  })

  it.each(serviceNames)(
    'for %s holds the packages that it needs, and no tool for tests and builds',
    (service) => {
      const [install] = stages
        .filter(({ name }) => name === 'modules')
        .flatMap(({ instructions }) => instructions.filter(({ text }) => text.includes('npm ci')))
      const command = install?.text.replace(/"\$\{SERVICE[^"]*"/, service) ?? ''
      const { paths, missing } = installedBy(command)
      expect(missing).toEqual([])
      expect(paths).toContain(service)
      expect(paths.length).toBeGreaterThan(50)
      expect(paths.filter((path) => tools.test(path))).toEqual([])
      // What carried the tools along before.
      const fat = installedBy(command.replace('--omit=optional', ''))
      if (['accounts', 'client'].includes(service))
        expect(fat.paths.some((path) => tools.test(path))).toBe(true)
    },
  )

  it.each(serviceNames)('the image for %s has the native code of its packages', (service) => {
    const installs = runs.filter(
      ({ text }) =>
        text.includes(`= ${service} ]`) &&
        text.includes(`npm ci --workspace=${service} --omit=dev --ignore-scripts`),
    )
    expect(installs).toHaveLength(nativeOf(service).length > 0 ? 1 : 0)
    expect(['media', 'client'].includes(service)).toBe(nativeOf(service).length > 0)
  })

  it('the image holds a client that its own script has built', () => {
    const scripts = runs.flatMap(({ text }) => [...text.matchAll(/npm run (\S+) --workspace=(\S+)/g)])
    expect(scripts.map(([, script, workspace]) => [script, workspace])).toEqual([['build', 'client']])
    expect(manifestOf('client').scripts).toHaveProperty('build')
  })

  it.each(serviceNames)('the image for %s sets only variables that are read', async (service) => {
    const { NODE_ENV, SERVICE, DATABASE, ...others } = imageEnvironment(service)
    expect([NODE_ENV, SERVICE]).toEqual(['production', service])
    const read = await variablesOf(service)
    for (const variable of Object.keys(others)) expect(read).toContain(variable)
    expect(DATABASE).toBe(`/data/${service}.sqlite`)
    expect(read.has('DATABASE')).toBe(services[service].keepsFile)
  })

  it('the image runs as a user by number who owns the folder of data and nothing else', () => {
    expect(inImage('USER').map(({ text }) => text)).toEqual(['1000:1000'])
    expect(inImage('RUN').map(({ text }) => text)).toEqual([
      `install --directory --owner=node --group=node ${dirname(imageEnvironment('posts').DATABASE ?? '')}`,
    ])
    for (const copy of inImage('COPY')) expect(copy.flags).not.toHaveProperty('chown')
  })

  it('the image is asked for its health by a program that is in it, which answers in time', () => {
    const [health] = inImage('HEALTHCHECK')
    const command = execForm(health?.text.replace(/^CMD /, '') ?? '')
    expect(command).toEqual(['node', 'infra/containers/health.ts'])
    expect(copies.map(({ text }) => text)).toContain('infra/containers/health.ts infra/containers/')
    const waits = /waitMsMax = ([\d_]+)/.exec(readFileSync(join(root, 'infra/containers/health.ts'), 'utf8'))
    const timeoutMs = Number.parseInt(health?.flags.timeout ?? '', 10) * 1_000
    expect(Number(waits?.[1]?.replaceAll('_', ''))).toBeLessThan(timeoutMs)
  })

  it('the image says its version', () => {
    const labels = inImage('LABEL').map(({ text }) => text)
    expect(labels.join()).toContain(`org.opencontainers.image.version="${manifestOf('').version}"`)
  })
})

describe('what reaches the builder', () => {
  it.each([
    '.git/config',
    'data/event-bus.sqlite',
    'posts/data/posts.sqlite-wal',
    'node_modules/zod/package.json',
    'gateway/node_modules/cookie/package.json',
    'client/build/server/index.js',
    'posts/test/domain/post.test.ts',
    '.env',
    'client/.env.local',
    'docs/decisions/0001-the-log-is-the-only-truth.md',
  ])('is not %s', (path) => expect(reachesBuilder(path)).toBe(false))

  it.each(['packages/chassis/src/start/config.ts', 'client/app/root.tsx', 'package-lock.json'])(
    'is %s',
    (path) => expect(reachesBuilder(path)).toBe(true),
  )
})

describe('reading a Dockerfile', () => {
  it('joins continued lines, leaves comments out and tells flags from text', () => {
    expect(parseDockerfile('# a\nFROM a AS b\nRUN x && \\\n  # c\n  y\nCOPY --from=b /x ./\n')).toEqual([
      {
        base: 'a',
        name: 'b',
        instructions: [
          { name: 'RUN', flags: {}, text: 'x && y' },
          { name: 'COPY', flags: { from: 'b' }, text: '/x ./' },
        ],
      },
    ])
  })

  it.each(['RUN x', 'FROM a\nrun x', 'FROM a IS b'])('refuses %j', (source) => {
    expect(() => parseDockerfile(source)).toThrow()
  })
})
