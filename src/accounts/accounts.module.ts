import { Module } from '@nestjs/common';
import { AccountsController } from './accounts.controller.js';
import { AccountsQueries } from './accounts.queries.js';
import { PutAccount } from './put-account.js';

@Module({
  controllers: [AccountsController],
  providers: [AccountsQueries, PutAccount],
  exports: [AccountsQueries, PutAccount],
})
export class AccountsModule {}
