import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { cyclesIn, importsOf, packageOf, refusalOf, resolved } from './imports.ts'
import { codeFiles, isTest, partOf, parts, read } from './sources.ts'

const manifest = z.object({
  dependencies: z.record(z.string(), z.string()).default({}),
  devDependencies: z.record(z.string(), z.string()).default({}),
})
const imports = new Map(codeFiles.map((path) => [path, importsOf(path, read(path))]))
const product = codeFiles.filter((path) => !isTest(path) && parts.includes(partOf(path)))

describe('imports', () => {
  it('imports run one way: contracts, chassis, a service', () => {
    const refused = product.flatMap((path) =>
      (imports.get(path) ?? []).flatMap(({ specifier }) => {
        const why = refusalOf(path, specifier)
        return why === undefined ? [] : [`${path} imports ${specifier}: ${why}`]
      }),
    )
    expect(refused).toEqual([])
  })

  it('imports form no circle', () => {
    const graph = new Map(
      product.map((path) => [
        path,
        (imports.get(path) ?? [])
          .filter(({ specifier }) => specifier.startsWith('.'))
          .map(({ specifier }) => resolved(path, specifier)),
      ]),
    )
    expect(cyclesIn(graph)).toEqual([])
  })

  it('imports are of packages that the part itself depends on', () => {
    const own = new Map(parts.map((part) => [part, manifest.parse(JSON.parse(read(`${part}/package.json`)))]))
    const { devDependencies: tools } = manifest.parse(JSON.parse(read('package.json')))
    const unnamed = product.flatMap((path) =>
      (imports.get(path) ?? []).flatMap(({ specifier, typeOnly }) => {
        const name = packageOf(specifier)
        const { dependencies = {}, devDependencies = {} } = own.get(partOf(path)) ?? {}
        const isTool = partOf(path) === 'infra' || typeOnly || /\.config\.ts$|\/dev\.ts$/.test(path)
        const known = { ...dependencies, ...devDependencies, ...(isTool ? tools : {}) }
        return name === undefined || name in known || (typeOnly && `@types/${name}` in known)
          ? []
          : [`${path}: ${name}`]
      }),
    )
    expect(unnamed).toEqual([])
  })

  it.each([
    ['posts/src/routes/posts.ts', '@logbook/comments/app.ts'],
    ['posts/src/routes/posts.ts', '../../../comments/src/app.ts'],
    ['client/app/root.tsx', '@logbook/chassis/problem.ts'],
    ['client/app/features/posts/page.server.ts', '@logbook/markdown/post.ts'],
    ['query/src/pages/answers.ts', '@logbook/markdown/excerpt.ts'],
    ['packages/chassis/src/log.ts', '@logbook/contracts/events/posts.ts'],
    ['packages/chassis/src/log.ts', '@logbook/posts/app.ts'],
    ['event-bus/src/app.ts', '@logbook/contracts/events/catalog.ts'],
    ['event-bus/src/app.ts', '@logbook/contracts/events/described.ts'],
    ['event-bus/src/service.ts', '@logbook/contracts/events/catalog.ts'],
    ['packages/contracts/src/text.ts', 'node:fs'],
    ['packages/importer/src/open-blog.ts', 'node:http'],
    ['packages/importer/src/open-blog.ts', '@logbook/chassis/bus-client.ts'],
    ['packages/importer/src/open-blog.ts', '@logbook/posts/app.ts'],
  ])('%s may not import %s', (path, specifier) => {
    expect(refusalOf(path, specifier)).toBeDefined()
  })

  it('imports are seen in every form', () => {
    const code = `import a from 'a'; import type { B } from './b.ts'; export * from './c.ts'; const d = await import('d')`
    expect(importsOf('x.ts', code)).toEqual([
      { specifier: 'a', typeOnly: false },
      { specifier: './b.ts', typeOnly: true },
      { specifier: './c.ts', typeOnly: false },
      { specifier: 'd', typeOnly: false },
    ])
    expect(
      cyclesIn(
        new Map([
          ['a', ['b']],
          ['b', ['c']],
          ['c', ['a']],
        ]),
      ),
    ).toEqual([['a', 'b', 'c', 'a']])
  })
})
