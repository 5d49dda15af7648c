import { Module } from '@nestjs/common';
import { AccountsController } from './accounts.controller.js';
import { AccountsQueries } from './accounts.queries.js';
import { MakeAccounts } from './make-accounts.js';
import { PutAccount } from './put-account.js';

@Module({
  controllers: [AccountsController],
  providers: [AccountsQueries, MakeAccounts, PutAccount],
  exports: [AccountsQueries, MakeAccounts, PutAccount],
})
export class AccountsModule {}
