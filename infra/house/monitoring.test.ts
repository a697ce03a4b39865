import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { observeHealth } from '@logbook/chassis/health/metrics.ts'
import { createHttpMetrics } from '@logbook/chassis/metrics/metrics.ts'
import { healthReasons } from '@logbook/contracts/http/health.ts'
import { createBusMetrics } from '@logbook/event-bus/metrics.ts'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { defaultPorts, root, serviceNames } from '../run/services.ts'
import { codeFiles, isTest, read } from './sources.ts'

const folder = join(root, 'infra/monitoring')
const text = (name: string): string => readFileSync(join(folder, name), 'utf8')

interface Rule {
  record?: string
  alert?: string
  expr: string
}
const rules: Rule[] = parse(text('alerts.yaml')).groups.flatMap((group: { rules: Rule[] }) => group.rules)
const dashboard: { panels: { title: string; targets: { expr: string }[] }[] } = JSON.parse(
  text('dashboard.json'),
)
const expressions = [
  ...rules.map(({ expr }) => expr),
  ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
]

/** Words of an expression that name metrics: they have an underscore or a colon, and are no labels, functions or texts. */
const metricsIn = (expression: string): string[] =>
  [
    ...expression
      .replaceAll(/\{[^}]*\}|"[^"]*"|\bby ?\([^)]*\)/g, ' ')
      .matchAll(/\b[a-z][a-z0-9]*(?:[_:][a-z0-9]+)+\b(?! ?\()/g),
  ].map(([name]) => name.replace(/_(bucket|count|sum)$/, ''))

/** Made by prom-client itself, by Prometheus, and by the code of each service. */
const known = async (): Promise<Set<string>> => {
  const { registry } = createBusMetrics()
  createHttpMetrics(registry)
  observeHealth(registry, { service: 'any', health: () => ({ ready: true }) })
  const names = (await registry.getMetricsAsJSON()).map(({ name }) => name)
  const code = codeFiles.filter((path) => path.includes('/src/') && !isTest(path)).map(read)
  const said = code.flatMap((source) =>
    [...source.matchAll(/'((?:bus|accounts|gateway|csp)_\w+)'/g)].map(([, name = '']) => name),
  )
  const ofSubscriptions = [
    ...read('event-bus/src/metrics.ts').matchAll(/^ {2}(\w+): \{(?:\n {4})? ?help/gm),
  ].map(([, name]) => `bus_subscription_${name}`)
  const recorded = rules.flatMap(({ record }) => record ?? [])
  return new Set([...names, ...said, ...ofSubscriptions, ...recorded, 'up', 'process_resident_memory_bytes'])
}

describe('what is watched of a Logbook', () => {
  it('alerts and the dashboard use metrics that the code has', async () => {
    const there = await known()
    const asked = [...new Set(expressions.flatMap(metricsIn))]
    expect(asked.length).toBeGreaterThan(15)
    expect(asked.filter((name) => !there.has(name))).toEqual([])
  })

  it('alerts name reasons that /health gives', () => {
    const named = [...text('alerts.yaml').matchAll(/reason=~?"([^"]+)"/g)].flatMap(([, list = '']) =>
      list.split('|'),
    )
    expect(named.filter((reason) => !healthReasons.some((each) => each === reason))).toEqual([])
  })

  it.each(['prometheus.yaml', 'prometheus-containers.yaml'])(
    '%s scrapes every process with metrics',
    (name) => {
      const [{ static_configs: targets }] = parse(text(name)).scrape_configs
      const scraped = targets.map(
        ({ targets: [address = ''], labels }: { targets: string[]; labels: { process: string } }) => [
          labels.process,
          Number(address.split(':')[1]),
        ],
      )
      const expected = serviceNames
        // In a container of its own the client has no caller on its machine, and it knows no token.
        .filter((each) => each !== 'client' || name === 'prometheus.yaml')
        .map((each) => [each, defaultPorts[each]])
      expect(scraped.sort()).toEqual(expected.sort())
    },
  )

  it('each panel of the dashboard has a title and queries', () => {
    expect(dashboard.panels.length).toBeGreaterThan(8)
    for (const { title, targets } of dashboard.panels)
      expect([title, targets.length > 0]).toEqual([title, true])
  })

  const hasPromtool = spawnSync('promtool', ['--version']).status === 0
  it.skipIf(!hasPromtool)('Prometheus accepts the configuration and the alerts', () => {
    const place = mkdtempSync(join(tmpdir(), 'monitoring-'))
    try {
      for (const name of ['alerts.yaml', 'prometheus.yaml'])
        copyFileSync(join(folder, name), join(place, name))
      writeFileSync(join(place, 'metrics-token'), 'a-token')
      execFileSync('promtool', ['check', 'config', 'prometheus.yaml'], { cwd: place, stdio: 'pipe' })
    } finally {
      rmSync(place, { recursive: true })
    }
  })
})
