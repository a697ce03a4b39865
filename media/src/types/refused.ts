/** The file itself is at fault, so that a retry would fail too. The message is a sentence for its owner. */
export class MediaRefused extends Error {
  override name = 'MediaRefused'
}
