import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { missingPlatformPackages, withoutIntegrity } from '../setup-lock.js'
import { services } from './folders.ts'
import { allFiles, codeFiles, isTest, lineCount, read } from './sources.ts'

const linesMax = { product: 250, test: 400, main: 20, readme: 120 } as const
const forbiddenFolders = new Set(['shared', 'common', 'utils', 'util', 'helpers', 'lib', 'core', 'misc'])

const longer = (paths: readonly string[], max: number) =>
  paths.flatMap((path) => {
    const lines = lineCount(read(path))
    return lines > max ? [`${path}: ${lines} lines`] : []
  })

describe('the house keeps its measure', () => {
  it(`files stay under ${linesMax.product} lines, tests under ${linesMax.test}`, () => {
    expect(
      longer(
        codeFiles.filter((path) => !isTest(path)),
        linesMax.product,
      ),
    ).toEqual([])
    expect(longer(codeFiles.filter(isTest), linesMax.test)).toEqual([])
  })

  it(`a service's main.ts has at most ${linesMax.main} lines`, () => {
    const mains = services.map((service) => `${service}/src/main.ts`)
    expect(longer(mains, linesMax.main)).toEqual([])
  })

  it(`the README has at most ${linesMax.readme} lines`, () => {
    expect(longer(['README.md'], linesMax.readme)).toEqual([])
  })

  it('no folder has a forbidden name, and no file is an index', () => {
    const forbidden = allFiles.filter((path) =>
      path
        .split('/')
        .slice(0, -1)
        .some((name) => forbiddenFolders.has(name)),
    )
    expect(forbidden).toEqual([])
    expect(allFiles.filter((path) => /(^|\/)index\.tsx?$/.test(path))).toEqual([])
  })

  it('no file was only meant for a moment', () => {
    expect(allFiles.filter((path) => /\.(tmp|bak|orig|rej|log)(\.|$)|~$/.test(path))).toEqual([])
  })

  it('nothing is left for later', () => {
    const left = codeFiles.filter(
      (path) => /\b(TODO|FIXME|XXX|HACK)\b/.test(read(path)) && !path.startsWith('infra/house/'),
    )
    expect(left).toEqual([])
  })
})

describe('what the repository says about itself holds', () => {
  it('links between its pages lead somewhere', () => {
    const pages = allFiles.filter((path) => /^(docs\/.*|[^/]*)\.md$/.test(path))
    const broken = pages.flatMap((page) =>
      [...read(page).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].flatMap(([, target = '']) => {
        const url = new URL(target, `file:///${page}`).pathname.slice(1).replace(/\/$/, '')
        const exists = allFiles.some((path) => path === url || path.startsWith(`${url}/`))
        return exists ? [] : [`${page}: ${target}`]
      }),
    )
    expect(broken).toEqual([])
  })

  it('paths of files in its pages are there', () => {
    const named =
      /`((?:\.github|accounts|client|comments|docs|event-bus|features|gateway|infra|media|moderation|notifications|packages|posts|query)\/[\w./-]+)`/g
    const pages = allFiles.filter((path) => path.endsWith('.md'))
    const missing = pages.flatMap((page) =>
      [...read(page).matchAll(named)].flatMap(([, target = '']) => {
        const path = target.replace(/\/$/, '')
        return allFiles.some((file) => file === path || file.startsWith(`${path}/`))
          ? []
          : [`${page}: ${target}`]
      }),
    )
    expect(missing).toEqual([])
  })

  it('every command of package.json runs a file that is there', () => {
    const { scripts } = z
      .object({ scripts: z.record(z.string(), z.string()) })
      .parse(JSON.parse(read('package.json')))
    const named = Object.values(scripts).flatMap(
      (script) => script.match(/\b[\w-]+\/[\w/-]+\.(?:js|ts)\b/g) ?? [],
    )
    expect(named.filter((path) => !allFiles.includes(path))).toEqual([])
    expect(read('.ci/run')).toContain('npm test')
    expect(read('.github/workflows/ci.yml')).toContain('.ci/run')
  })

  it('the lock file holds the packages of every platform (npm run lock adds them)', () => {
    expect(missingPlatformPackages(JSON.parse(read('package-lock.json')))).toEqual([])
  })

  it('the lock file has the integrity of every package (npm run lock adds them)', () => {
    const lock = JSON.parse(read('package-lock.json'))
    expect(withoutIntegrity(lock).map(([name, version]) => `${name}@${version}`)).toEqual([])
    const hashes = Object.values<{ integrity?: string }>(lock.packages).map(({ integrity }) => integrity)
    expect(hashes.filter((each) => each !== undefined && !each.startsWith('sha512-'))).toEqual([])
  })

  it('a package whose integrity the lock file lacks is noticed, and no link to a part of this repository', () => {
    const sound = { version: '1.0.0', integrity: 'sha512-AAAA' }
    const packages = {
      '': { version: '1.0.0' },
      client: { version: '1.0.0' },
      'node_modules/@logbook/client': { link: true },
      'node_modules/sound': sound,
      'node_modules/sound/node_modules/@a/b': { version: '2.0.0' },
      'node_modules/alias': { name: 'real', version: '3.0.0' },
    }
    const found = withoutIntegrity({ packages }).map(([name, version]) => `${name}@${version}`)
    expect(found).toEqual(['@a/b@2.0.0', 'real@3.0.0'])
  })

  it('continuous integration runs actions by commit, with their version beside', () => {
    const used = allFiles
      .filter((file) => /^\.github\/workflows\/.*\.ya?ml$/.test(file))
      .flatMap((file) => [...read(file).matchAll(/^.*\buses: *(.*)$/gm)].map(([, action]) => action))
    expect(used.length).toBeGreaterThan(0)
    expect(used.filter((action) => !/^[\w./-]+@[\da-f]{40} # v\d+\.\d+\.\d+$/.test(action ?? ''))).toEqual([])
  })

  it('a platform package that the lock file lacks is noticed', () => {
    const tool = { version: '1.0.0', optionalDependencies: { '@tool/cli-linux-x64-musl': '1.0.0' } }
    expect(missingPlatformPackages({ packages: { 'node_modules/tool': tool } })).toEqual([
      [
        'node_modules/@tool/cli-linux-x64-musl',
        { version: '1.0.0', cpu: ['x64'], libc: ['musl'], optional: true, os: ['linux'] },
      ],
    ])
  })
})
