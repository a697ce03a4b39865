// Shows a page of the blog's own where there is no connection. It keeps that page and its style sheets, fetched without cookies, and
// nothing else: no page that was read, no answer for one person.
const page = '/offline'
const cacheName = 'offline'
const ownStyles = /^\/(?:assets\/offline-|accent\/)/

const fetchAnonymously = async (url) => {
  const answer = await fetch(url, { credentials: 'omit', cache: 'no-cache' })
  if (!answer.ok || answer.redirected) throw new Error(`${url} was answered with ${answer.status}`)
  return answer
}

/** Keeps the page and what it is styled by, all or nothing. */
const keep = async () => {
  const answer = await fetchAnonymously(page)
  const html = await answer.text()
  const styles = [...html.matchAll(/<link rel="stylesheet" href="([^"]+)"/g)].map(([, href]) => href)
  const files = await Promise.all(styles.map(async (href) => [href, await fetchAnonymously(href)]))
  const cache = await caches.open(cacheName)
  const headers = { 'Content-Type': 'text/html; charset=utf-8', ETag: answer.headers.get('ETag') ?? '' }
  for (const { url } of await cache.keys())
    if (!files.some(([href]) => url.endsWith(href))) await cache.delete(url)
  for (const [href, answer] of files) await cache.put(href, answer)
  await cache.put(page, new Response(html, { headers }))
}

/** Keeps the page again where a page of the blog says that it is another by now: the blog has a new name or look. */
const renew = async (digest) => {
  const kept = await caches.match(page)
  if (!kept?.headers.get('ETag')?.includes(`"${digest}"`)) await keep().catch(() => {})
}

const navigate = async (event) => {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request))
  } catch (error) {
    const kept = await caches.match(page)
    if (kept === undefined) throw error
    return new Response(kept.body, { status: 503, headers: { 'Content-Type': 'text/html; charset=utf-8' } })
  }
}

self.addEventListener('install', (event) => event.waitUntil(keep().then(() => self.skipWaiting())))

self.addEventListener('activate', (event) => {
  event.waitUntil(self.registration.navigationPreload?.enable().then(() => self.clients.claim()))
})

self.addEventListener('message', (event) => {
  if (typeof event.data?.offline === 'string') event.waitUntil(renew(event.data.offline))
})

self.addEventListener('fetch', (event) => {
  const { method, mode, url } = event.request
  if (method !== 'GET') return
  if (mode === 'navigate') return event.respondWith(navigate(event))
  const { origin, pathname } = new URL(url)
  if (origin !== location.origin || !ownStyles.test(pathname)) return
  event.respondWith(
    fetch(event.request).catch(async (error) => (await caches.match(url)) ?? Promise.reject(error)),
  )
})

/** A message by Web Push, as notifications sends it: a title, a text and an address of the blog. */
self.addEventListener('push', (event) => {
  const { title = '', body = '', url = '/notifications' } = event.data?.json() ?? {}
  if (title) event.waitUntil(self.registration.showNotification(title, { body, data: { url } }))
})

/** Leads to what the message is about, in a window of the blog that is open already where there is one. */
self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  const address = new URL(event.notification.data?.url ?? '/notifications', location.origin)
  if (address.origin !== location.origin) return
  const show = async () => {
    const [open] = await self.clients.matchAll({ type: 'window' })
    if (open === undefined) return self.clients.openWindow(address)
    await open.focus()
    return open.navigate(address)
  }
  event.waitUntil(show())
})
