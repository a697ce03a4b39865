/** The file itself is at fault: another attempt would fail alike. The message is a sentence for the person who brought it. */
export class MediaRefused extends Error {
  override name = 'MediaRefused'
}
