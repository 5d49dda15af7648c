/**
 * The embedded Postgres could not do what was asked. The message is written for the person at the terminal: it says
 * what is wrong and what to do about it, and can be shown without a stack trace.
 */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}

/** The advice that ends most messages: the way out that always works. */
export const useOwnPostgres = 'or set DATABASE_URL to use a Postgres of your own';

/** The `code` of a failed system call or of a failed query, for example `EACCES`. */
export function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

const reasons: Record<string, string> = {
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EBUSY: 'the folder of the data is a mount point, and must lie in one',
  EEXIST: 'a file of that name is in the way',
};

/** Words a failure to write into the folder of the data, or passes through an error that is not of that kind. */
export function cannotWrite(folder: string, error: unknown): unknown {
  const reason = reasons[codeOf(error) ?? ''];
  if (reason === undefined) return error;
  return new EmbeddedPostgresError(
    `The embedded Postgres cannot write to ${folder}: ${reason}. ` +
      `Mend that, set SCRIP_DATA_DIR to another folder, ${useOwnPostgres}.`,
    { cause: error },
  );
}
