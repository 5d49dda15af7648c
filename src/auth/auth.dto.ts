import { ApiProperty } from '@nestjs/swagger';
import { ArrayNotEmpty, ArrayUnique, IsArray, IsIn } from 'class-validator';
import { IsText } from '../http/input/fields.js';
import type { ApiKey } from './api-key.entity.js';
import type { CreatedApiKey } from './create-api-key.js';
import { SCOPES, type Scope } from './scopes.js';

const SCOPES_PROPERTY = { enum: SCOPES, isArray: true, enumName: 'Scope', example: ['read', 'spend'] } as const;

export class CreateApiKeyBody {
  @ApiProperty({ type: String, maxLength: 100, example: 'PDF worker', description: 'What the key is for.' })
  @IsText({ max: 100 })
  name!: string;

  @ApiProperty({ ...SCOPES_PROPERTY, enum: [...SCOPES] })
  @IsArray({ message: 'must be a list of scopes' })
  @ArrayNotEmpty({ message: 'must name at least one scope' })
  @ArrayUnique({ message: 'must not name a scope twice' })
  @IsIn(SCOPES, { each: true, message: `must hold nothing but ${SCOPES.join(', ')}` })
  scopes!: Scope[];
}

export class ApiKeyAnswer {
  @ApiProperty({ type: String, example: 'key_01kbhe5m8f6q0000000000000a' })
  id!: string;

  @ApiProperty({ description: 'What the key is for.', type: String, example: 'PDF worker' })
  name!: string;

  @ApiProperty({ type: String, example: 'sk_Xb3v9Q', description: 'The first characters of the key.' })
  prefix!: string;

  @ApiProperty({ ...SCOPES_PROPERTY, enum: [...SCOPES] })
  scopes!: Scope[];

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-21T09:30:00.000Z' })
  createdAt!: string;

  @ApiProperty({
    description: 'When it was revoked; null while it counts.',
    type: String,
    format: 'date-time',
    nullable: true,
    example: null,
  })
  revokedAt!: string | null;
}

export class CreatedApiKeyAnswer {
  @ApiProperty({ type: String, example: 'key_01kbhe5m8f6q0000000000000a' })
  id!: string;

  @ApiProperty({ description: 'What the key is for.', type: String, example: 'PDF worker' })
  name!: string;

  @ApiProperty({ ...SCOPES_PROPERTY, enum: [...SCOPES] })
  scopes!: Scope[];

  @ApiProperty({ type: String, example: 'sk_…', description: 'The secret key. It is shown this once.' })
  key!: string;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-21T09:30:00.000Z' })
  createdAt!: string;
}

export function toApiKeyAnswer(key: ApiKey): ApiKeyAnswer {
  return {
    id: key.id,
    name: key.name,
    prefix: key.prefix,
    scopes: key.scopes,
    createdAt: key.createdAt.toISOString(),
    revokedAt: key.revokedAt?.toISOString() ?? null,
  };
}

export function toCreatedApiKeyAnswer({ id, name, scopes, key, createdAt }: CreatedApiKey): CreatedApiKeyAnswer {
  return { id, name, scopes, key, createdAt: createdAt.toISOString() };
}
