import { type Command, Option } from 'commander'
import { EXPORT_FORMATS } from '../../analytics/export/export-formats.ts'
import { defineCommand, type Run } from '../command.ts'

/** `hubdex export`: the catalog as files. */
export function exportCommand(run: Run): Command {
  return defineCommand({
    name: 'export',
    summary: 'Write the catalog as Parquet, CSV or JSON lines',
    description:
      'Writes every public view into a folder or an S3-compatible bucket, as the catalog is at one instant, with a manifest of ' +
      'counts and hashes. The target is complete or unchanged: a former export in it is replaced when the new one is whole. ' +
      'The key of a bucket is in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. docs/exports.md describes files and columns.',
    examples: [
      'hubdex export catalog-today',
      'hubdex export models-only --tables models,lineage',
      'hubdex export this-week --since 7d --format jsonl',
      'hubdex export s3://my-bucket/hub',
      'hubdex export --check catalog-today',
    ],
  })
    .argument('<target>', 'a new or empty folder, a former export to replace, or s3://bucket/prefix')
    .option('--tables <names>', 'only these tables, comma-separated')
    .option('--since <time>', 'only what changed since a time, such as 2026-11-01, or an age, such as 12h or 7d')
    .addOption(new Option('--format <format>', 'format of the files').choices(EXPORT_FORMATS).default('parquet'))
    .option('--check', 'compare a former export with its manifest instead of writing one')
    .action(run(async () => (await import('../actions/export.ts')).exportAction))
}
