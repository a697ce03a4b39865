import type { NavigationEntry } from '@logbook/contracts/events/settings.ts'
import { useLocation } from 'react-router'
import { useAsOf, withAsOf } from '../past/as-of.ts'

/** The number of links shown in the header; the rest is behind “More”. */
const shownAtOnce = 6

const base = 'http://blog.invalid'

const withoutSlash = (path: string): string => path.replace(/(?<=.)\/+$/, '')

/** Whether an address of the navigation is that of this page; one without a query is, whatever the page's query. */
const isHere = (address: string, here: { pathname: string; search: string }): boolean => {
  if (!address.startsWith('/')) return false
  const { pathname, search } = new URL(address, base)
  const now = new URL(here.pathname + here.search, base)
  return withoutSlash(pathname) === withoutSlash(now.pathname) && (search === '' || search === now.search)
}

const Entry = ({ label, address }: NavigationEntry) => {
  const current = isHere(address, useLocation()) ? ('page' as const) : undefined
  const asOf = useAsOf()
  return (
    <a href={address.startsWith('/') ? withAsOf(address, asOf) : address} aria-current={current}>
      <bdi>{label}</bdi>
    </a>
  )
}

const Entries = ({
  entries,
  children,
}: {
  entries: readonly NavigationEntry[]
  children?: React.ReactNode
}) => (
  <ul>
    {entries.map((entry, index) => (
      // Two can be equal, and none has state.
      // biome-ignore lint/suspicious/noArrayIndexKey: see above
      <li key={index}>
        <Entry {...entry} />
      </li>
    ))}
    {children}
  </ul>
)

/** The links that the owner chose, in the header of every page. */
export const Navigation = ({ entries }: { entries: readonly NavigationEntry[] }) => {
  const here = useLocation()
  if (entries.length === 0) return null
  const isLong = entries.length > shownAtOnce + 1
  const [first, rest] = isLong ? [entries.slice(0, shownAtOnce), entries.slice(shownAtOnce)] : [entries, []]
  return (
    <nav aria-label="Pages" className="pages">
      <Entries entries={first}>
        {rest.length === 0 ? null : (
          // On another page it is closed again.
          <li key={here.pathname}>
            <details>
              <summary data-current={rest.some(({ address }) => isHere(address, here)) || undefined}>
                More
              </summary>
              <Entries entries={rest} />
            </details>
          </li>
        )}
      </Entries>
    </nav>
  )
}
