import { Injectable } from '@nestjs/common';
import type { CommonMark } from './marks.js';

/** The alerts for all accounts as this process knows them. The room that owns them puts them here. */
@Injectable()
export class CommonMarks {
  list: readonly CommonMark[] = [];
}
