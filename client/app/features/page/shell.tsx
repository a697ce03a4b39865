import { Link, NavLink, useNavigation } from 'react-router'
import type { Theme } from './theme.ts'
import { ThemeToggle } from './theme-toggle.tsx'

const rooms = [
  ['/tags', 'Tags'],
  ['/write', 'Write'],
] as const

/** What stands around every page. */
export const Shell = ({
  title,
  theme,
  children,
}: {
  title: string
  theme: Theme | undefined
  children: React.ReactNode
}) => {
  const { state } = useNavigation()
  return (
    <>
      <a href="#main" className="skip">
        Skip to the text
      </a>
      <div className="progress" data-busy={state !== 'idle' || undefined} aria-hidden="true" />
      <header className="masthead">
        <Link to="/" className="blog-name">
          {title}
        </Link>
        <nav aria-label="Blog">
          {rooms.map(([to, name]) => (
            <NavLink key={to} to={to} end>
              {name}
            </NavLink>
          ))}
        </nav>
        <ThemeToggle chosen={theme} />
      </header>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
      <footer className="colophon">
        <nav aria-label="Behind the blog">
          <NavLink to="/drafts">Posts and drafts</NavLink>
          <NavLink to="/moderation">Moderation</NavLink>
        </nav>
      </footer>
    </>
  )
}
