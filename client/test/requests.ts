import type { World } from './built.ts'

/** One read of a page, redirects not followed. */
export const get = async (url: string, headers: Record<string, string> = {}) => {
  const response = await fetch(url, { headers, redirect: 'manual' })
  return { status: response.status, headers: response.headers, html: await response.text() }
}

/** One form, sent as a browser without scripts sends it. */
export const send = async (
  world: World,
  {
    path,
    fields,
    headers = {},
  }: { path: string; fields: Record<string, string>; headers?: Record<string, string> },
) => {
  const response = await fetch(`${world.url}${path}`, {
    method: 'POST',
    body: new URLSearchParams(fields),
    headers: { Origin: world.url, ...headers },
    redirect: 'manual',
  })
  return { status: response.status, headers: response.headers, html: await response.text() }
}
