import type { NavigationEntry } from '@logbook/contracts/events/settings.ts'
import { useEffect } from 'react'
import { Link, NavLink, useLocation, useNavigate, useNavigation } from 'react-router'
import type { Viewer } from '../../services/viewer.server.ts'
import { Bell } from '../notifications/bell.tsx'
import { useAsOf, withAsOf } from '../past/as-of.ts'
import { PastBanner } from '../past/banner.tsx'
import { onSearchKey } from '../search/search-key.ts'
import { Navigation } from './navigation.tsx'
import type { Theme } from './theme.ts'
import { ThemeToggle } from './theme-toggle.tsx'
import { useRunning } from './use-running.ts'
import { moderates, writes } from './viewer.ts'

type PageLink = readonly [to: string, name: string]

const headerLinksFor = (viewer: Viewer | null): readonly PageLink[] => [
  ['/tags', 'Tags'],
  ['/archive', 'Archive'],
  ['/search', 'Search'],
  ...(writes(viewer?.role) ? ([['/write', 'Write']] as const) : []),
]

const footerLinksFor = (viewer: Viewer | null): readonly PageLink[] => [
  ...(viewer ? ([['/notifications', 'Notices']] as const) : []),
  ...(writes(viewer?.role)
    ? ([
        ['/drafts', 'Posts and drafts'],
        ['/media', 'Pictures and files'],
      ] as const)
    : []),
  ...(moderates(viewer?.role)
    ? ([
        ['/moderation', 'Moderation'],
        ['/media/queue', 'Work queue'],
      ] as const)
    : []),
  ...(writes(viewer?.role) || moderates(viewer?.role) ? ([['/readers', 'Readers']] as const) : []),
  ...(viewer?.role === 'owner'
    ? ([
        ['/people', 'People'],
        ['/settings', 'Settings'],
      ] as const)
    : []),
]

const notWorthReturningTo = /^\/(sign-|forgot-|reset-|setup|begin|invitation)/

/** The link to sign-in, which returns to this page, or to the account. */
const AccountLink = ({ viewer }: { viewer: Viewer | null }) => {
  const { pathname, search } = useLocation()
  if (viewer)
    return (
      <NavLink to="/account" className="account-link" title="Your account">
        <bdi>{viewer.name}</bdi>
      </NavLink>
    )
  const here = `${pathname}${search}`
  const next =
    here === '/' || notWorthReturningTo.test(pathname) ? '' : `?${new URLSearchParams({ next: here })}`
  return (
    <NavLink to={`/sign-in${next}`} className="account-link" rel="nofollow">
      Sign in
    </NavLink>
  )
}

interface ShellProps {
  title: string
  theme: Theme | undefined
  viewer: Viewer | null
  navigation: readonly NavigationEntry[]
  children: React.ReactNode
}

/** Header and footer of every page. */
export const Shell = ({ title, theme, viewer, navigation, children }: ShellProps) => {
  const { state } = useNavigation()
  const footerLinks = footerLinksFor(viewer)
  const asOf = useAsOf()
  const navigate = useNavigate()
  useEffect(() => onSearchKey(() => void navigate('/search')), [navigate])
  useRunning()
  return (
    <>
      <a href="#main" className="skip">
        Skip to content
      </a>
      <div className="progress" data-busy={state !== 'idle' || undefined} aria-hidden="true" />
      <header className="masthead">
        <Link to={withAsOf('/', asOf)} className="blog-name" reloadDocument>
          <bdi>{title}</bdi>
        </Link>
        <nav aria-label="Blog">
          {headerLinksFor(viewer).map(([to, name]) => (
            <NavLink key={to} to={withAsOf(to, asOf)} end reloadDocument={to !== '/write'}>
              {name}
            </NavLink>
          ))}
        </nav>
        {viewer ? <Bell unread={viewer.unread} /> : null}
        <AccountLink viewer={viewer} />
        <ThemeToggle chosen={theme} />
        <Navigation entries={navigation} />
      </header>
      <main id="main" tabIndex={-1}>
        <PastBanner />
        {children}
      </main>
      <footer className="colophon">
        <nav aria-label="Behind the blog">
          {footerLinks.map(([to, name]) => (
            <NavLink key={to} to={to} end>
              {name}
            </NavLink>
          ))}
          <a href="/feed.xml">Feed</a>
          <a href="/subscribe" rel="nofollow">
            Subscribe by mail
          </a>
        </nav>
      </footer>
    </>
  )
}
