import '../features/writing/writing.css'
import { changeMediaSettings, loadMediaSettings } from '../features/media/settings.server.ts'
import { MediaSettings } from '../features/media/settings.tsx'
import { roomMeta } from '../features/page/title.ts'
import { actionOf, loaderOf } from '../services/route.server.ts'
import type { Route } from './+types/media-settings'

export const loader = loaderOf(loadMediaSettings)

export const action = actionOf(changeMediaSettings)

export const meta: Route.MetaFunction = ({ matches }) => roomMeta(matches, 'Settings of pictures and files')

export default function MediaSettingsPage({ loaderData, actionData }: Route.ComponentProps) {
  return <MediaSettings loaded={loaderData} answer={actionData} />
}
