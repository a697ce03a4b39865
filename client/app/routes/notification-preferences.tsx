import { loadPreferences, savePreferences } from '../features/notifications/preferences.server.ts'
import { Preferences } from '../features/notifications/preferences.tsx'
import { pageTitle } from '../features/page/title.ts'
import { blogContext } from '../services/blog.server.ts'
import { readForm } from '../services/form.server.ts'
import type { Route } from './+types/notification-preferences'

export const loader = ({ request, context }: Route.LoaderArgs) =>
  loadPreferences({ blog: context.get(blogContext), request })

export const action = async ({ request, context }: Route.ActionArgs) =>
  savePreferences({ blog: context.get(blogContext), request, form: await readForm(request) })

export const meta: Route.MetaFunction = ({ matches }) => [{ title: pageTitle(matches, 'What is mailed') }]

export default function PreferencesPage({ loaderData, actionData }: Route.ComponentProps) {
  return <Preferences {...loaderData} answer={actionData} />
}
