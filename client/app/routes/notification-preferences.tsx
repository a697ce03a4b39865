import { loadPreferences, savePreferences } from '../features/notifications/preferences.server.ts'
import { Preferences } from '../features/notifications/preferences.tsx'
import { pageTitle } from '../features/page/title.ts'
import { actionOf, loaderOf } from '../services/route.server.ts'
import type { Route } from './+types/notification-preferences'

export const loader = loaderOf(loadPreferences)

export const action = actionOf(savePreferences)

export const meta: Route.MetaFunction = ({ matches }) => [{ title: pageTitle(matches, 'Mail settings') }]

export default function PreferencesPage({ loaderData, actionData }: Route.ComponentProps) {
  return <Preferences {...loaderData} answer={actionData} />
}
