import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, globSync, readFileSync, symlinkSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { temporaryFolder } from '@logbook/chassis/testing/temporary-folder.ts'
import { operator } from '@logbook/contracts/identity.ts'
import { DCLinter } from 'dclint'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { readPlaces } from '../../backup/places.ts'
import { importsOf, packageOf } from '../../house/imports.ts'
import { root, viewNames } from '../../run/services.ts'
import { parseDockerfile, stages as stagesOfServices } from './dockerfile.ts'
import { reachesBuilder } from './dockerignore.ts'
import { installedBy, tools } from './installed.ts'

const read = (file: string) => readFileSync(join(root, file), 'utf8')
const stages = parseDockerfile(read('infra/containers/backup.Dockerfile'))
const last = stages.at(-1)?.instructions ?? []
/** What is copied from the repository, as pairs of source and place. */
const copies = stages.flatMap(({ instructions }) =>
  instructions
    .filter(({ name, flags }) => name === 'COPY' && flags.from === undefined)
    .flatMap(({ text }) => {
      const words = text.split(/\s+/)
      return words.slice(0, -1).map((source) => ({ source, to: words.at(-1) ?? '' }))
    }),
)
const environment = Object.fromEntries(
  last
    .filter(({ name }) => name === 'ENV')
    .flatMap(({ text }) => text.split(/\s+/).map((pair) => pair.split('=') as [string, string])),
)

describe('the image of the backup', () => {
  it('the image of the backup uses the Node of the services, every manifest, and only files that reach the builder', () => {
    expect(stages.map(({ base }) => base)).toEqual([stagesOfServices[0]?.base, stagesOfServices[0]?.base])
    const { workspaces } = JSON.parse(read('package.json')) as { workspaces: string[] }
    const manifests = workspaces
      .flatMap((pattern) => globSync(pattern, { cwd: root }))
      .map((workspace) => `${workspace}/package.json`)
    expect(
      copies
        .map(({ source }) => source)
        .filter((path) => /\/package\.json$/.test(path))
        .sort(),
    ).toEqual(manifests.sort())
    for (const { source } of copies) {
      expect(existsSync(join(root, source)), source).toBe(true)
      expect(reachesBuilder(source), source).toBe(true)
    }
  })

  it('the image of the backup holds all that the two commands import: with nothing but what it copies, both run', () => {
    const folder = temporaryFolder()
    for (const { source, to } of copies)
      cpSync(
        join(root, source),
        to.endsWith('/') ? join(folder, to, source.split('/').at(-1) ?? '') : join(folder, to),
        {
          recursive: true,
          filter: (path) => !/node_modules|\/test$/.test(path.slice(root.length)),
        },
      )
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
    const [entry] = last
      .filter(({ name }) => name === 'ENTRYPOINT')
      .map(({ text }) => JSON.parse(text) as string[])
    expect(entry?.[0]).toBe('node')
    for (const main of [entry?.[1] ?? '', 'infra/backup/restore-main.ts'])
      expect(execFileSync(process.execPath, [main, '--help'], { cwd: folder, encoding: 'utf8' })).toContain(
        'LOG_DATABASE',
      )
  })

  it('the image of the backup has the packages that they import, since the log and accounts depend on them', () => {
    const needed = ['event-bus', 'accounts'].flatMap((part) =>
      Object.keys((JSON.parse(read(`${part}/package.json`)) as { dependencies: object }).dependencies),
    )
    const known = new Set([...needed, '@logbook/event-bus', '@logbook/accounts'])
    const imported = globSync('infra/backup/*.ts', { cwd: root })
      .flatMap((file) => importsOf(file, read(file)))
      .flatMap(({ specifier }) => packageOf(specifier) ?? [])
    expect(imported.filter((name) => !known.has(name))).toEqual([])
    const [install] = stages[0]?.instructions.filter(({ text }) => text.includes('npm ci')) ?? []
    expect(install?.text).toContain('--ignore-scripts')
    const { paths, missing } = installedBy(install?.text ?? '')
    expect(missing).toEqual([])
    for (const part of ['event-bus', 'accounts']) expect(paths).toContain(part)
    expect(paths.filter((path) => tools.test(path))).toEqual([])
  })

  it('the image of the backup runs as the user of the services and says its version', () => {
    const user = (instructions: typeof last) =>
      instructions.filter(({ name }) => name === 'USER').map(({ text }) => text)
    expect(user(last)).toEqual(user(stagesOfServices.at(-1)?.instructions ?? []))
    const { version } = JSON.parse(read('package.json')) as { version: string }
    expect(last.find(({ name }) => name === 'LABEL')?.text).toContain(
      `org.opencontainers.image.version="${version}"`,
    )
  })
})

interface Compose {
  services: Record<
    string,
    {
      image: string
      build: { context: string; dockerfile: string }
      profiles?: string[]
      restart: string
      environment: Record<string, string>
      volumes: string[]
      secrets: string[]
      networks: string[]
    }
  >
  volumes: Record<string, unknown>
}
const file = 'infra/containers/compose.backup.yaml'
const compose = parse(read(file)) as Compose
const services = parse(read('infra/containers/compose.yaml'), { merge: true }) as Compose

describe('compose.backup.yaml', () => {
  const { backup } = compose.services
  const mounts = new Map(backup?.volumes.map((volume) => [volume.split(':').at(-1), volume.split(':')[0]]))

  it('compose.backup.yaml is of the schema of compose files', () => {
    const linter = new DCLinter({
      rules: { 'no-build-and-image': 0 },
      quiet: true,
      debug: false,
      exclude: [],
    })
    const results = linter.lintFiles([join(root, file)], false) as {
      messages: { type: string; message: string }[]
    }[]
    expect(results.flatMap(({ messages }) => messages).filter(({ type }) => type === 'error')).toEqual([])
  })

  it('compose.backup.yaml has the backup alone, which nothing starts by itself, from its own Dockerfile', () => {
    expect(Object.keys(compose.services)).toEqual(['backup'])
    expect(backup).toMatchObject({
      profiles: ['backup'],
      restart: 'no',
      networks: ['inside'],
      secrets: [operator],
    })
    expect(resolve(root, dirname(file), backup?.build.context ?? '')).toBe(root)
    expect(existsSync(join(root, backup?.build.dockerfile ?? ''))).toBe(true)
  })

  it('compose.backup.yaml mounts the volumes of the services where its settings say, the views among them', () => {
    expect(Object.keys(compose.volumes).sort()).toEqual(Object.keys(services.volumes).sort())
    const places = readPlaces({ ...environment, ...backup?.environment, OPERATOR_TOKEN_FILE: '' })
    expect(mounts.get(dirname(places.log))).toBe('log')
    expect(mounts.get(dirname(places.accounts.file))).toBe('accounts')
    expect(places.accounts.url).toBe('http://accounts:4006')
    const views = backup?.environment.VIEW_DIRS?.split(',') ?? []
    expect(views.map((view) => mounts.get(view))).toEqual([...viewNames])
    const [command] = last
      .filter(({ name }) => name === 'CMD')
      .map(({ text }) => JSON.parse(text) as string[])
    expect(mounts.has(command?.[0])).toBe(true)
  })
})
