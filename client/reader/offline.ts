/**
 * Has the browser keep a page for when there is no connection, once this one is complete and nothing else is to be done. The worker is
 * told what that page is like now, since the blog may have another name or look than when it was kept.
 */
export const keepOfflinePage = (): void => {
  if (!('serviceWorker' in navigator) || !isSecureContext) return
  const { offline } = document.documentElement.dataset
  const register = async () => {
    try {
      await navigator.serviceWorker.register('/service-worker.js')
      const { active } = await navigator.serviceWorker.ready
      active?.postMessage({ offline })
    } catch {
      // A browser may allow none.
    }
  }
  const whenIdle = () => {
    if ('requestIdleCallback' in window) requestIdleCallback(() => void register())
    else setTimeout(register)
  }
  if (document.readyState === 'complete') whenIdle()
  else window.addEventListener('load', whenIdle, { once: true })
}
