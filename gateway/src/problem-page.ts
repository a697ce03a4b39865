import type { Problem } from '@logbook/chassis/problem.ts'
import { escapedHtml } from '@logbook/contracts/words.ts'

interface Page {
  title: string
  text: string
  /** HTML of the way out. */
  wayOut: string
}

// No style, no script and nothing from elsewhere: it must come out right when everything else is down.
const pageOf = ({ title, text, wayOut }: Page): string => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex"><meta name="color-scheme" content="light dark"><title>${escapedHtml(title)}</title></head>
<body><main><h1>${escapedHtml(title)}</h1><p>${escapedHtml(text)}</p><p>${wayOut}</p></main></body>
</html>
`

/** What a person sees whose page can't be shown now. */
const unavailablePage = pageOf({
  title: 'Back in a moment',
  text: 'This page can’t be shown right now. Nothing is lost. Please try again shortly.',
  wayOut: '<a href="">Try again</a>',
})

/** What a person sees instead of a problem in JSON. */
export const problemPage = (problem: Problem): string => {
  if (problem.code === 'unavailable') return unavailablePage
  const { title, detail = 'Go back and try again.' } = problem.toBody()
  return pageOf({ title, text: detail, wayOut: '<a href="/">To the blog</a>' })
}
