import { Module } from '@nestjs/common';
import { RecordBookCheck } from './record-book-check.js';

@Module({ providers: [RecordBookCheck], exports: [RecordBookCheck] })
export class BookChecksModule {}
