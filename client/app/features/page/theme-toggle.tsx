import { type Theme, turnTheme } from './theme.ts'

/** The ◐ button: switches to the other theme and stores it. Without JavaScript, its form does the same. */
export const ThemeToggle = ({ chosen }: { chosen: Theme | undefined }) => (
  <form
    method="post"
    action="/theme"
    onSubmit={(event) => {
      event.preventDefault()
      turnTheme()
    }}
    className="theme"
  >
    <input type="hidden" name="theme" value={chosen === 'dark' ? 'light' : 'dark'} />
    <button type="submit" className="plain" aria-label="Light or dark" title="Light or dark">
      <span aria-hidden="true">◐</span>
    </button>
  </form>
)
