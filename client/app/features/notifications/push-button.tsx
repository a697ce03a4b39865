import type { notificationEndpoints } from '@logbook/contracts/endpoints/notifications.ts'
import { useState } from 'react'
import { apiOf } from '../../services/api.ts'

const keyBytes = (base64url: string): Uint8Array<ArrayBuffer> => {
  const text = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(text, (char) => char.charCodeAt(0))
}

const call = apiOf<typeof notificationEndpoints.rows>()

/** Asks the browser, and tells the blog where it takes messages. Throws where either will not. */
const subscribe = async (): Promise<void> => {
  await navigator.serviceWorker.register('/service-worker.js')
  const registration = await navigator.serviceWorker.ready
  const key = await call('GET /api/notifications/push-key', {})
  if (!key.ok) throw new Error('refused')
  const subscription = await registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: keyBytes(key.body.publicKey),
  })
  const { endpoint = '', keys: { p256dh = '', auth = '' } = {} } = subscription.toJSON()
  const answer = await call('PUT /api/notifications/devices', { body: { endpoint, keys: { p256dh, auth } } })
  if (!answer.ok) throw new Error('refused')
}

/** Turns messages in this browser on. Without scripts there are none, and no button is of use. */
export const PushButton = () => {
  const [said, say] = useState<string>()
  const turnOn = () => {
    if (!('serviceWorker' in navigator) || !('PushManager' in window))
      return say('This browser does not support notifications.')
    say('Asking the browser …')
    subscribe().then(
      () => say('Notifications are on in this browser.'),
      () => say('The browser refused notifications.'),
    )
  }
  return (
    <p className="push-ways">
      <button type="button" className="button second scripted" onClick={turnOn}>
        Turn on notifications in this browser
      </button>
      <span role="status">{said}</span>
    </p>
  )
}
