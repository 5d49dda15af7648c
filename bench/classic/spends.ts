import {
  BadRequestException,
  Body,
  Controller,
  Headers,
  HttpException,
  Injectable,
  NotFoundException,
  Post,
} from '@nestjs/common';
import { IsInt, IsString, Length, Min } from 'class-validator';
import { DataSource } from 'typeorm';
import { ClassicBalance, ClassicEntry } from './entities.js';

export class ClassicSpendDto {
  @IsString()
  @Length(1, 128)
  accountId!: string;

  @IsInt()
  @Min(1)
  amount!: number;
}

/**
 * The design that most services begin with: one transaction a request, which locks the balance, checks it and saves it
 * together with an entry. Written as the documentation of Nest and TypeORM teaches it.
 */
@Injectable()
export class ClassicSpends {
  constructor(private readonly dataSource: DataSource) {}

  spend({ accountId, amount }: ClassicSpendDto, idempotencyKey: string) {
    return this.dataSource.transaction(async (manager) => {
      const balance = await manager.findOne(ClassicBalance, {
        where: { accountId },
        lock: { mode: 'pessimistic_write' },
      });
      if (balance === null) throw new NotFoundException();
      const after = BigInt(balance.balance) - BigInt(amount);
      if (after < 0n) throw new HttpException('insufficient credits', 402);
      balance.balance = `${after}`;
      await manager.save(balance);
      const entry = manager.create(ClassicEntry, {
        accountId,
        amount: `${-amount}`,
        balanceAfter: `${after}`,
        idempotencyKey,
        createdAt: new Date(),
      });
      await manager.save(entry);
      return { id: entry.id, accountId, amount, balance: Number(after), createdAt: entry.createdAt };
    });
  }
}

@Controller('v1/spends')
export class ClassicSpendsController {
  constructor(private readonly spends: ClassicSpends) {}

  @Post()
  spend(@Body() request: ClassicSpendDto, @Headers('idempotency-key') key?: string) {
    if (key === undefined) throw new BadRequestException('Idempotency-Key is required');
    return this.spends.spend(request, key);
  }
}
