import { relative, sep } from 'node:path'
import { watch } from 'chokidar'
import { limits } from './limits.ts'
import { root, type ServiceName, serviceNames } from './services.ts'

/** Which services run what stands at this path, counted from the root. Vite reloads the client by itself. */
export const affectedBy = (path: string): readonly ServiceName[] => {
  const [folder, second, third] = path.split('/')
  if (folder === 'packages') return third === 'src' && second !== undefined ? serviceNames : []
  return serviceNames.filter((name) => name === folder && name !== 'client' && second === 'src')
}

/** Calls back with the services whose sources changed, once for each burst of changes. Resolves when it is watching. */
export const watchSources = async (
  onChange: (names: readonly ServiceName[]) => void,
): Promise<{ close(): Promise<void> }> => {
  const changed = new Set<ServiceName>()
  let settling: NodeJS.Timeout | undefined
  const watched = ['packages', ...serviceNames.filter((name) => name !== 'client')]
  const watcher = watch(watched, {
    cwd: root,
    ignoreInitial: true,
    ignored: (path) => /[\\/](node_modules|test|data|build)([\\/]|$)/.test(relative(root, path)),
  })
  watcher.on('all', (_event, path) => {
    for (const name of affectedBy(path.split(sep).join('/'))) changed.add(name)
    if (changed.size === 0) return
    clearTimeout(settling)
    settling = setTimeout(() => {
      onChange([...changed])
      changed.clear()
    }, limits.changesSettleMs)
  })
  await new Promise<void>((resolve) => watcher.once('ready', () => resolve()))
  return {
    close: async () => {
      clearTimeout(settling)
      await watcher.close()
    },
  }
}
