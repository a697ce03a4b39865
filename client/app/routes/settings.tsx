import '../features/writing/writing.css'
import { roomMeta } from '../features/page/title.ts'
import { changeSettings, loadSettings } from '../features/settings/settings.server.ts'
import { Settings } from '../features/settings/settings.tsx'
import { blogContext } from '../services/blog.server.ts'
import { readForm } from '../services/form.server.ts'
import type { Route } from './+types/settings'

export const loader = ({ request, context }: Route.LoaderArgs) =>
  loadSettings({ blog: context.get(blogContext), request })

export const action = async ({ request, context }: Route.ActionArgs) =>
  changeSettings({ blog: context.get(blogContext), request, form: await readForm(request) })

export const meta: Route.MetaFunction = ({ matches }) => roomMeta(matches, 'Settings')

export default function SettingsPage({ loaderData, actionData }: Route.ComponentProps) {
  return <Settings loaded={loaderData} answer={actionData} />
}
