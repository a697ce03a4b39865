import '../features/writing/writing.css'
import { changeMediaSettings, loadMediaSettings } from '../features/media/settings.server.ts'
import { MediaSettings } from '../features/media/settings.tsx'
import { roomMeta } from '../features/page/title.ts'
import { blogContext } from '../services/blog.server.ts'
import { readForm } from '../services/form.server.ts'
import type { Route } from './+types/media-settings'

export const loader = ({ request, context }: Route.LoaderArgs) =>
  loadMediaSettings({ blog: context.get(blogContext), request })

export const action = async ({ request, context }: Route.ActionArgs) =>
  changeMediaSettings({ blog: context.get(blogContext), request, form: await readForm(request) })

export const meta: Route.MetaFunction = ({ matches }) => roomMeta(matches, 'Settings of pictures and files')

export default function MediaSettingsPage({ loaderData, actionData }: Route.ComponentProps) {
  return <MediaSettings loaded={loaderData} answer={actionData} />
}
