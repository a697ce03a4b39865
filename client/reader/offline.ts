/** Has the browser keep a page for when there is no connection, once this one is complete and nothing else is to be done. */
export const keepOfflinePage = (): void => {
  if (!('serviceWorker' in navigator) || !isSecureContext) return
  const register = () => void navigator.serviceWorker.register('/service-worker.js').catch(() => {})
  const whenIdle = () => {
    if ('requestIdleCallback' in window) requestIdleCallback(register)
    else setTimeout(register)
  }
  if (document.readyState === 'complete') whenIdle()
  else window.addEventListener('load', whenIdle, { once: true })
}
