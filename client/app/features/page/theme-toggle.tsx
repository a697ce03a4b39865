import { useEffect, useState } from 'react'
import { type Theme, themeCookie } from './theme.ts'

const other = { light: 'dark', dark: 'light' } as const

const shownTheme = (chosen: Theme | undefined): Theme =>
  chosen ?? (window.matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')

/** The ◐: turns to the other theme and remembers it. A form underneath does the same without JavaScript. */
export const ThemeToggle = ({ chosen }: { chosen: Theme | undefined }) => {
  const [theme, setTheme] = useState<Theme | undefined>(chosen)
  useEffect(() => {
    if (theme) document.documentElement.dataset.theme = theme
  }, [theme])
  const turn = (event: React.FormEvent) => {
    event.preventDefault()
    const next = other[shownTheme(theme)]
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store is not in every browser, and only over TLS
    document.cookie = themeCookie(next)
    setTheme(next)
  }
  return (
    <form method="post" action="/theme" onSubmit={turn} className="theme">
      <input type="hidden" name="theme" value={theme ? other[theme] : 'dark'} />
      <button type="submit" className="plain" aria-label="Light or dark" title="Light or dark">
        <span aria-hidden="true">◐</span>
      </button>
    </form>
  )
}
