import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { FileStore } from '@tus/file-store'

/** Files of tus. What came with a request is brought to the disk while the next one comes, so that the end of an upload waits for little. */
export class SyncedFileStore extends FileStore {
  readonly #syncing = new Set<string>()

  override async write(...given: Parameters<FileStore['write']>): Promise<number> {
    const offset = await super.write(...given)
    void this.#sync(given[1])
    return offset
  }

  /** Fails silently: the storage syncs the file again, and reports it. */
  async #sync(id: string): Promise<void> {
    if (this.#syncing.has(id)) return
    this.#syncing.add(id)
    try {
      const handle = await open(join(this.directory, id), 'r')
      await handle.datasync().finally(() => handle.close())
    } catch {
      // It was removed meanwhile, or the disk is away.
    } finally {
      this.#syncing.delete(id)
    }
  }
}
