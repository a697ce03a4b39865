import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { DCLinter } from 'dclint'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { settingsOf } from '../../run/handed-on.ts'
import { limits } from '../../run/limits.ts'
import { root, serviceNames } from '../../run/services.ts'
import { readOneProcess, readPlace, settings } from '../../run/settings.ts'
import { parseDockerfile } from './dockerfile.ts'
import { reachesBuilder } from './dockerignore.ts'

const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const stages = parseDockerfile(read('infra/containers/logbook.Dockerfile'))
const all = stages.flatMap(({ instructions }) => instructions)
const copied = all
  .filter(({ name, flags }) => name === 'COPY' && flags.from === undefined)
  .flatMap(({ text }) => text.split(/\s+/).slice(0, -1))
const inImage = (name: string) =>
  stages.at(-1)?.instructions.flatMap((each) => (each.name === name ? [each.text] : [])) ?? []
const environment = Object.fromEntries(
  inImage('ENV').flatMap((text) => text.split(/\s+/).map((pair) => pair.split('='))),
) as Record<string, string>

describe('the image of one process', () => {
  it('is made of the manifest and the sources of every workspace, which exist and reach the builder', () => {
    const { workspaces } = JSON.parse(read('package.json')) as { workspaces: string[] }
    const folders = workspaces.flatMap((pattern) => globSync(pattern, { cwd: root }))
    expect(copied).toEqual(expect.arrayContaining(folders.map((folder) => `${folder}/package.json`)))
    expect(copied).toEqual(
      expect.arrayContaining([...new Set(folders.map((folder) => folder.split('/')[0]))]),
    )
    for (const path of copied) {
      expect(existsSync(join(root, path)), path).toBe(true)
      expect(reachesBuilder(path), path).toBe(true)
    }
  })

  it('runs the runner as a user by number, who owns the folder of data, and no install script', () => {
    for (const { text } of all.filter(({ text }) => text.includes('npm ci')))
      expect(text).toContain('--ignore-scripts')
    expect(inImage('USER')).toEqual(['1000:1000'])
    expect(inImage('RUN')).toEqual([
      `install --directory --owner=node --group=node --mode=0700 ${environment.LOGBOOK_DATA}`,
    ])
    expect(inImage('CMD').map((text) => JSON.parse(text))).toEqual([['node', 'infra/run/main.ts', '--json']])
    expect(readOneProcess(environment)).toBe(true)
    expect(readPlace(environment)).toMatchObject({ host: '0.0.0.0', dataFolder: '/data' })
    expect(serviceNames).toContain(environment.SERVICE)
  })

  it('holds pages that are built by the code that npm start looks for them with', () => {
    const [build] = all.filter(({ text }) => text.includes('buildClient'))
    const [, path = ''] = /import\('\.\/([^']+)'\)/.exec(build?.text ?? '') ?? []
    expect(read(path)).toContain('export const buildClient')
  })
})

describe('compose.one-process.yaml', () => {
  const file = join(root, 'infra/containers/compose.one-process.yaml')
  const { services } = parse(readFileSync(file, 'utf8')) as {
    services: Record<
      string,
      { build: Record<string, string>; environment: Record<string, string>; stop_grace_period: string }
    >
  }
  const [[name, service] = ['']] = Object.entries(services)

  it('is of the schema of compose files, and runs the one image', () => {
    const linter = new DCLinter({
      rules: { 'no-build-and-image': 0 },
      quiet: true,
      debug: false,
      exclude: [],
    })
    const results = linter.lintFiles([file], false) as { messages: { type: string; message: string }[] }[]
    expect(results.flatMap(({ messages }) => messages).filter(({ type }) => type === 'error')).toEqual([])
    expect([name, Object.keys(services).length]).toEqual(['logbook', 1])
    expect(resolve(dirname(file), service?.build.context ?? '')).toBe(root)
    expect(existsSync(join(root, service?.build.dockerfile ?? ''))).toBe(true)
  })

  it('sets only what the runner reads or hands on, and waits until it has stopped', () => {
    const known = new Set([...Object.keys(settings), ...Object.values(settingsOf).flat()])
    expect(Object.keys(service?.environment ?? {}).filter((variable) => !known.has(variable))).toEqual([])
    expect(Number.parseInt(service?.stop_grace_period ?? '', 10) * 1_000).toBeGreaterThan(limits.stopGraceMs)
  })
})
