import { escapedHtml } from '@logbook/contracts/words.ts'
import type { Feature } from './run.ts'

type Child = Feature['children'][number]
type Scenario = NonNullable<Child['scenario']>
type Step = Scenario['steps'][number]

/** What is in quotes or stands for a column of the examples is set apart. */
const marked = (text: string): string =>
  escapedHtml(text).replace(/&quot;(.*?)&quot;|&lt;(\w+)&gt;/g, (_, quoted?: string, column?: string) =>
    quoted === undefined ? `<var>${column}</var>` : `<q>${quoted}</q>`,
  )

const anchor = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')

const stepItem = ({ keyword, text }: Step): string =>
  `<li><span class="keyword">${escapedHtml(keyword.trim())}</span> ${marked(text)}</li>`

const stepList = (steps: readonly Step[]): string => `<ol>\n${steps.map(stepItem).join('\n')}\n</ol>`

const table = ({ examples }: Scenario): string =>
  examples
    .map(({ tableHeader, tableBody }) => {
      const row = (cells: readonly { value: string }[], cell: 'th' | 'td') =>
        `<tr>${cells.map(({ value }) => `<${cell}>${escapedHtml(value)}</${cell}>`).join('')}</tr>`
      const body = tableBody.map(({ cells }) => row(cells, 'td')).join('\n')
      return `<table>\n<thead>${row(tableHeader?.cells ?? [], 'th')}</thead>\n<tbody>\n${body}\n</tbody>\n</table>`
    })
    .join('\n')

const childSection = ({ background, scenario }: Child): string => {
  if (background)
    return `<section class="background">\n<h3>Each time</h3>\n${stepList(background.steps)}\n</section>`
  if (!scenario) return ''
  const examples = scenario.examples.length > 0 ? `\n${table(scenario)}` : ''
  return `<section>\n<h3>${marked(scenario.name)}</h3>\n${stepList(scenario.steps)}${examples}\n</section>`
}

const featureArticle = ({ name, description, children }: Feature): string =>
  [
    `<article id="${anchor(name)}">`,
    `<h2>${escapedHtml(name)}</h2>`,
    `<p>${escapedHtml(description.trim().replace(/\s+/g, ' '))}</p>`,
    ...children.map(childSection),
    '</article>',
  ].join('\n')

const style = `:root{color-scheme:light dark;font:1.0625rem/1.6 Georgia,serif}
body{margin:2rem auto;max-width:44rem;padding:0 1rem}
h1,h2,h3{line-height:1.25}h3{font-size:1rem;margin-bottom:.25rem}
ol{list-style:none;margin:.25rem 0 1.5rem;padding-left:1rem;border-left:2px solid color-mix(in srgb,currentColor 25%,transparent)}
.keyword{font-weight:bold}q,var{font-style:italic}
table{border-collapse:collapse;margin-bottom:1.5rem}th,td{border:1px solid color-mix(in srgb,currentColor 25%,transparent);padding:.2rem .6rem;text-align:left}`

/** The features as one page, which needs nothing else and has no scripts. */
export const renderFeatures = (features: readonly Feature[]): string => {
  const contents = features.map(({ name }) => `<li><a href="#${anchor(name)}">${escapedHtml(name)}</a></li>`)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>What Logbook does</title>
<style>
${style}
</style>
</head>
<body>
<h1>What Logbook does</h1>
<p>Each of these is tried on a running Logbook by <code>npm test</code>. They stand in <code>features/</code>; <code>npm run behaviours</code> makes this page of them.</p>
<nav aria-label="Contents">
<ul>
${contents.join('\n')}
</ul>
</nav>
${features.map(featureArticle).join('\n')}
</body>
</html>
`
}
