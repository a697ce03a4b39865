import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { definitionOf, root, type ServiceName, serviceNames, services } from '../services.ts'

const first = "import '@logbook/chassis/start/one-undici.ts'"

const beginsWithOne = async (name: ServiceName): Promise<boolean> =>
  (await readFile(join(root, services[name].entry), 'utf8')).startsWith(first)

it('services that have undici for their connections do not load Node’s own undici too', async () => {
  const begin = await Promise.all(serviceNames.map(beginsWithOne))
  const definitions = serviceNames.filter((_, index) => begin[index]).map((name) => `./${definitionOf(name)}`)
  expect(definitions.length).toBeGreaterThan(5)
  const program = [
    first,
    ...definitions.map((path) => `await import(${JSON.stringify(path)})`),
    'new Headers()',
    "const loaded = process.moduleLoadList.filter((name) => name.includes('internal/deps/undici'))",
    'console.log(JSON.stringify(loaded))',
    'process.exit(0)',
  ].join('\n')
  const node = ['--input-type=module', '--eval', program]
  const { stdout } = await promisify(execFile)(process.execPath, node, { cwd: root })
  expect(JSON.parse(stdout)).toEqual([])
})
