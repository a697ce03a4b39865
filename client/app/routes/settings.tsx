import '../features/writing/writing.css'
import { roomMeta } from '../features/page/title.ts'
import { changeSettings, loadSettings } from '../features/settings/settings.server.ts'
import { Settings } from '../features/settings/settings.tsx'
import { actionOf, loaderOf } from '../services/route.server.ts'
import type { Route } from './+types/settings'

export const loader = loaderOf(loadSettings)

export const action = actionOf(changeSettings)

export const meta: Route.MetaFunction = ({ matches }) => roomMeta(matches, 'Settings')

export default function SettingsPage({ loaderData, actionData }: Route.ComponentProps) {
  return <Settings loaded={loaderData} answer={actionData} />
}
