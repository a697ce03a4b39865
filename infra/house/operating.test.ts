import { join } from 'node:path'
import { healthReasons } from '@logbook/contracts/http/health.ts'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { variablesOf } from '../containers/test/settings.ts'
import { root, serviceNames } from '../run/services.ts'
import { allSettings, settingsTable } from './settings-table.ts'
import { allFiles, codeFiles, isTest, read } from './sources.ts'

const file = 'docs/operating.md'
const page = read(file)
const settings = await allSettings()

/** As GitHub names the anchors of headings. */
const anchorsOf = (text: string): string[] =>
  [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )

const section = (heading: string): string =>
  page.split(/^## /m).find((each) => each.startsWith(`${heading}\n`)) ?? ''

describe('docs/operating.md', () => {
  it('docs/operating.md has every setting of every service and of npm start as the code has it (-u writes the table)', async () => {
    const between = /(<!-- settings:.*-->\n)[\s\S]*?(<!-- end of settings -->)/
    expect(page).toMatch(between)
    const renewed = page.replace(between, (_, head, end) => `${head}${settingsTable(settings)}\n${end}`)
    await expect(renewed).toMatchFileSnapshot(join(root, file))
  })

  it.each(serviceNames)(
    'docs/operating.md has every variable that %s asks its environment for',
    async (name) => {
      const told = new Set(settings.filter(({ readBy }) => readBy === name).map(({ variable }) => variable))
      const asked = [...(await variablesOf(name))].filter((variable) => variable !== 'NODE_OPTIONS')
      expect([...told].sort()).toEqual(asked.sort())
    },
  )

  it('docs/operating.md says what each setting means', () => {
    expect(settings.filter(({ meaning }) => meaning === '')).toEqual([])
  })

  it('docs/operating.md has a heading for each alert, to which its runbook leads', () => {
    const rules: { alert?: string; annotations?: { runbook_url?: string } }[] = parse(
      read('infra/monitoring/alerts.yaml'),
    ).groups.flatMap(({ rules }: { rules: object[] }) => rules)
    const alerts = rules.filter(({ alert }) => alert !== undefined)
    expect(alerts.length).toBeGreaterThan(8)
    for (const { alert = '', annotations } of alerts) {
      expect([alert, annotations?.runbook_url]).toEqual([alert, `${file}#${alert.toLowerCase()}`])
      expect(page).toMatch(new RegExp(`^### ${alert}\\n\\n\\S`, 'm'))
    }
    expect(page.match(/^### .+/gm)?.map((heading) => heading.slice(4))).toEqual(
      alerts.map(({ alert }) => alert),
    )
  })

  it('docs/operating.md says what to do about each reason that health gives', () => {
    const rows = [...section('What health says, and what to do').matchAll(/^\| `([\w-]+)` \|.+\|.+\|$/gm)]
    expect(rows.map(([, reason]) => reason).sort()).toEqual([...healthReasons].sort())
  })

  it('docs/operating.md quotes log lines that some service writes', () => {
    const quoted = [...section('Log lines').matchAll(/^\| (`[^|]+`) \|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, line = '']) => line),
    )
    const sources = codeFiles.filter((path) => path.includes('/src/') && !isTest(path)).map(read)
    const isSaid = (line: string) => {
      const parts = line.split('<service>')
      return sources.some((code) =>
        [`'${line}'`, parts.length > 1 ? `\`\${name}${parts[1]}\`` : `\`${line}\``].some((text) =>
          code.includes(text),
        ),
      )
    }
    expect(quoted.length).toBeGreaterThan(10)
    expect(quoted.filter((line) => !isSaid(line))).toEqual([])
  })

  it('docs/operating.md links to headings that are there', () => {
    const links = allFiles
      .filter((path) => /^(docs\/[^/]*|[^/]*)\.md$/.test(path))
      .flatMap((from) =>
        [...read(from).matchAll(/\]\(([^)#\s]*)#([^)\s]+)\)/g)].map(([, to = '', anchor = '']) => ({
          from,
          to: to === '' ? from : new URL(to, `file:///${from}`).pathname.slice(1),
          anchor,
        })),
      )
      .filter(({ to }) => to.endsWith('.md') && allFiles.includes(to))
    expect(links.length).toBeGreaterThan(10)
    expect(links.filter(({ to, anchor }) => !anchorsOf(read(to)).includes(anchor))).toEqual([])
  })
})
