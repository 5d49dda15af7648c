/** Why nothing of a line is imported. The message is for whoever made the file. */
export class CannotImport extends Error {
  override readonly name = 'CannotImport';
}
