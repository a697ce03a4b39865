import { useState } from 'react'

const keyBytes = (base64url: string): Uint8Array<ArrayBuffer> => {
  const text = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(text, (char) => char.charCodeAt(0))
}

const send = (method: 'PUT' | 'DELETE', body: unknown): Promise<Response> =>
  fetch('/api/notifications/devices', {
    method,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })

/** Asks the browser, and tells the blog where it takes messages. Throws where either will not. */
const subscribe = async (): Promise<void> => {
  await navigator.serviceWorker.register('/service-worker.js')
  const registration = await navigator.serviceWorker.ready
  const key: { publicKey: string } = await (await fetch('/api/notifications/push-key')).json()
  const subscription = await registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: keyBytes(key.publicKey),
  })
  const { endpoint, keys } = subscription.toJSON()
  const answer = await send('PUT', { endpoint, keys })
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
