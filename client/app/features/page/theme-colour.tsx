import { colours, type Theme } from './theme.ts'

/** The colour of the browser's frame around a page: of the chosen theme, or of the system's. */
export const ThemeColour = ({ chosen }: { chosen: Theme | undefined }) =>
  chosen ? (
    <meta name="theme-color" content={colours[chosen]} />
  ) : (
    <>
      <meta name="theme-color" media="(prefers-color-scheme: light)" content={colours.light} />
      <meta name="theme-color" media="(prefers-color-scheme: dark)" content={colours.dark} />
    </>
  )
